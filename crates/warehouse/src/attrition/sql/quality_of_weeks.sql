SELECT {tenant:String} AS tenant, {site:String} AS site, toInt32(c.period) * 7 AS day, c.agents AS agents, c.agent_days AS agent_days, c.signals AS signals, c.came_true AS came_true,
    c.told AS told, c.told_came_true AS told_came_true, c.acknowledged AS acknowledged, c.drawn_told AS drawn_told, c.drawn_told_left AS drawn_told_left,
    c.drawn_silent AS drawn_silent, c.drawn_silent_left AS drawn_silent_left, c.leavers AS leavers, c.agent_weeks AS agent_weeks, c.observed AS observed,
    c.observed_outcome AS observed_outcome, c.expected AS expected, c.leader_days AS leader_days, c.lead_days AS lead_days, c.talk_days AS talk_days, {version} AS version
FROM counted AS c WHERE c.agents >= 8
