-- The shift that begins on each day, and, by the clock, what of the day lay within the schedule.
SELECT agent, tupleElement(key, 2) AS day,
    sumIf(part_us, of_shift AND scheduled != 'meal') AS scheduled_us,
    sumIf(part_us, of_shift AND activity NOT IN ('offline', 'unknown') AND NOT startsWith(activity, 'pause_meal')) AS worked_us,
    sumIf(part_us, of_shift AND activity = 'unknown') AS silent_us, sumIf(part_us, of_shift) - silent_us AS adherence_scheduled_us,
    sumIf(part_us, of_shift AND activity != 'unknown' AND ({adherent} OR activity IN ('pause_coaching', 'pause_team_activity'))) AS in_adherence_us,
    minIf(start_us, of_shift) AS from_us, maxIf(end_us, of_shift) AS until_us,
    minIf(start_us, of_shift AND {paid}) AS first_us, maxIf(end_us, of_shift AND {paid}) AS last_us,
    sumIf(part_us, of_shift AND scheduled = 'meal') AS meal_us,
    sumIf(part_us, of_shift AND (activity = 'pause_meal' OR scheduled = 'meal' AND activity = 'offline')) AS meal_taken_us,
    sumIf(part_us, NOT of_shift AND {paid}) AS paid_in_schedule_us,
    sumIf(part_us, NOT of_shift AND allowed AND {own_pause}) AS allowed_pause_us,
    groupArrayIf(start_us, NOT of_shift AND allowed AND {own_pause}) AS allowed_pauses
FROM
(
    SELECT agent, scheduled, start_us, end_us, part_us, stretch_us, activity, allowed, key, tupleElement(key, 1) AS of_shift
    FROM
    (
        {pieces}
    )
    ARRAY JOIN [(true, tupleElement(observation_id, 2)), (false, day_of(start_us))] AS key
)
WHERE day BETWEEN {first} AND {last}
GROUP BY agent, day
