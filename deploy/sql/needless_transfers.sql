SELECT -- 001·38: which queue passes contacts on that it could have kept, to which queue, and how many come back.
    -- Needless (a proposal, no standard): the next handling was done in less than 30 s, or in a queue of the same skill, or the contact came back
    -- within 30 minutes. Transfers to numbers outside cannot be judged and are in no rate.
    t.tenant AS tenant,
    toStartOfMonth(t.day) AS month,
    t.queue AS from_queue,
    t.to_queue AS to_queue_of_transfer,
    sum(t.transfers) AS judged_transfers,
    sum(t.needless) AS needless_transfers,
    round(needless_transfers / nullIf(judged_transfers, 0), 4) AS needless_share,
    sum(t.quick_closes) AS done_at_once,
    sum(t.same_skill) AS to_the_same_skill,
    sum(t.came_back) AS came_back_again
FROM v_transfer_days(zone = 'Europe/Berlin', quick_close_s = 30, came_back_s = 1800) AS t
WHERE t.transfers > 0
GROUP BY tenant, month, from_queue, to_queue_of_transfer
ORDER BY tenant, month, needless_transfers DESC, from_queue, to_queue_of_transfer
