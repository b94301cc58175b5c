SELECT
    n.tenant AS tenant,
    n.site AS site,
    n.notice_id AS notice_id,
    any(n.group_kind) AS group_kind,
    any(n.group_name) AS group_name,
    any(n.cause) AS cause,
    toDate32(min(n.began_day)) AS began_on,
    if(countIf(n.kind = 'ended') = 0, NULL, toDate32(max(n.held_day))) AS held_until,
    anyIf(n.ending, n.kind = 'ended') AS ending,
    min(n.event_time) AS told_at,
    any(n.agents) AS agents,
    any(n.moved) AS moved
FROM {database}.group_notices AS n FINAL
GROUP BY n.tenant, n.site, n.notice_id
