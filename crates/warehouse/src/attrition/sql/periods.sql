    -- Beside the last 91 days: all, and quarters.
    UNION ALL SELECT 'all', -2147483648, 2147483647
    UNION ALL SELECT DISTINCT concat(toString(toYear(toDate32(day))), '-Q', toString(toQuarter(toDate32(day)))), toInt32(toStartOfQuarter(toDate32(day))),
        toInt32(addQuarters(toStartOfQuarter(toDate32(day)), 1)) - 1
    FROM (SELECT day FROM scored UNION ALL SELECT day FROM kept)
