-- In which team and under whom each agent of the tenant was, from when until when.
terms AS {once}
(
    SELECT r.agent AS agent, r.team AS team, r.leader AS leader, r.site AS site, toUnixTimestamp64Micro(r.valid_from) AS from_us,
        toUnixTimestamp64Micro(r.valid_to) AS until_us
    FROM {facts}.v_agent_terms AS r WHERE r.tenant = {tenant}
)
