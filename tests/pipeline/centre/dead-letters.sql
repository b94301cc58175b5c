-- Lines that nobody can use.
SELECT code, count() AS letters FROM v_dead_letters WHERE source = '{site}' GROUP BY code ORDER BY code
