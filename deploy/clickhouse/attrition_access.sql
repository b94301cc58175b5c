-- Who may read early warnings of attrition in a ClickHouse server. Run it as an administrator after `holdfast warehouse migrate`, and again after every
-- change here; it can be run any number of times. Databases are named as by default: holdfast, holdfast_attrition. docs/attrition-privacy.md says why.
--
-- | role                        | for                                         | reads                                                        |
-- |-----------------------------|---------------------------------------------|--------------------------------------------------------------|
-- | holdfast_operations         | Grafana's operations dashboards, the floor  | holdfast.*, and nothing of early warnings                    |
-- | holdfast_attrition_service  | the processes and commands of Holdfast      | both databases; writes and deletes in holdfast_attrition     |
-- | holdfast_attrition_teams    | Grafana's dashboard of the care loop        | counts of teams and sites of eight and more, events of groups |
-- | holdfast_attrition_leader   | a leader's own SQL; user name = leader's id | signals of the agents led now, as `holdfast signals` shows them, and at which sites none are shown |
-- | holdfast_attrition_fairness | `holdfast attrition fairness` alone         | groups, scores, signals and who left; writes the groups        |
--
-- No role reads access_log or erasures but the service: people ask `holdfast signals readers`.

CREATE ROLE IF NOT EXISTS holdfast_operations;
GRANT SELECT ON holdfast.* TO holdfast_operations;

CREATE ROLE IF NOT EXISTS holdfast_attrition_service;
GRANT SELECT ON holdfast.* TO holdfast_attrition_service;
GRANT SELECT, INSERT, CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP VIEW, ALTER DELETE, ALTER UPDATE, ALTER ADD COLUMN, ALTER COMMENT COLUMN ON holdfast_attrition.* TO holdfast_attrition_service;

-- Groups are for the fairness report alone: the service finds the rows of an agent who asks to be erased, and no group.
REVOKE SELECT, INSERT, ALTER UPDATE ON holdfast_attrition.protected_groups FROM holdfast_attrition_service;
GRANT SELECT(tenant, agent) ON holdfast_attrition.protected_groups TO holdfast_attrition_service;

-- Whoever loads the groups and runs the report: it reads the groups, what was scored and told, and who left, which is worked out from days, reference data and observations.
CREATE ROLE IF NOT EXISTS holdfast_attrition_fairness;
GRANT SELECT, INSERT, ALTER DELETE ON holdfast_attrition.protected_groups TO holdfast_attrition_fairness;
GRANT SELECT ON holdfast_attrition.scores TO holdfast_attrition_fairness;
GRANT SELECT ON holdfast_attrition.signal_events TO holdfast_attrition_fairness;
GRANT SELECT ON holdfast_attrition.v_attrition_labels TO holdfast_attrition_fairness;
GRANT SELECT ON holdfast_attrition.v_agent_days TO holdfast_attrition_fairness;
GRANT SELECT ON holdfast_attrition.agent_days TO holdfast_attrition_fairness;
GRANT SELECT ON holdfast_attrition.formed_days TO holdfast_attrition_fairness;
GRANT SELECT ON holdfast.* TO holdfast_attrition_fairness;

-- Views that run with the rights of their owner: whoever reads them needs no right to what lies beneath.
CREATE DATABASE IF NOT EXISTS holdfast_leaders COMMENT 'Holdfast: what leaders and the dashboard of the care loop may read of early warnings.';
CREATE USER IF NOT EXISTS holdfast_attrition_owner IDENTIFIED BY 'change me: nobody logs in as this' SETTINGS readonly = 1;
GRANT SELECT ON holdfast.* TO holdfast_attrition_owner;
GRANT SELECT ON holdfast_attrition.* TO holdfast_attrition_owner;
-- No view needs the groups of the fairness report.
REVOKE SELECT ON holdfast_attrition.protected_groups FROM holdfast_attrition_owner;

CREATE OR REPLACE VIEW holdfast_leaders.v_team_sizes DEFINER = holdfast_attrition_owner SQL SECURITY DEFINER AS
SELECT c.* FROM holdfast_attrition.v_team_sizes AS c
WHERE (c.tenant, c.site) IN (SELECT d.tenant, d.site FROM holdfast_attrition.v_display AS d WHERE d.shown);

CREATE OR REPLACE VIEW holdfast_leaders.v_team_signals DEFINER = holdfast_attrition_owner SQL SECURITY DEFINER AS
SELECT c.* FROM holdfast_attrition.v_team_signals AS c
WHERE (c.tenant, c.site) IN (SELECT d.tenant, d.site FROM holdfast_attrition.v_display AS d WHERE d.shown);

CREATE OR REPLACE VIEW holdfast_leaders.v_group_events DEFINER = holdfast_attrition_owner SQL SECURITY DEFINER AS
SELECT g.* FROM holdfast_attrition.v_group_events AS g
WHERE (g.tenant, g.site) IN (SELECT d.tenant, d.site FROM holdfast_attrition.v_display AS d WHERE d.why != 'switched_off');

CREATE OR REPLACE VIEW holdfast_leaders.v_team_burdens DEFINER = holdfast_attrition_owner SQL SECURITY DEFINER AS
SELECT c.* FROM holdfast_attrition.v_team_burdens AS c
WHERE (c.tenant, c.site) IN (SELECT d.tenant, d.site FROM holdfast_attrition.v_display AS d WHERE d.shown);

-- Counts of a whole site, of eight people and more; parameters: tenant, site, zone. Where warnings are suspended they say why; where they are switched off there are none.
CREATE OR REPLACE VIEW holdfast_leaders.v_signal_quality DEFINER = holdfast_attrition_owner SQL SECURITY DEFINER AS
SELECT q.* FROM holdfast_attrition.v_signal_quality(tenant = {tenant:String}, site = {site:String}, zone = {zone:String}) AS q
WHERE (q.tenant, q.site) IN (SELECT d.tenant, d.site FROM holdfast_attrition.v_display AS d WHERE d.why != 'switched_off');

CREATE ROLE IF NOT EXISTS holdfast_attrition_teams;
GRANT SELECT ON holdfast_leaders.v_signal_quality TO holdfast_attrition_teams;
GRANT SELECT ON holdfast_leaders.v_team_sizes TO holdfast_attrition_teams;
GRANT SELECT ON holdfast_leaders.v_team_signals TO holdfast_attrition_teams;
GRANT SELECT ON holdfast_leaders.v_group_events TO holdfast_attrition_teams;
GRANT SELECT ON holdfast_leaders.v_team_burdens TO holdfast_attrition_teams;

-- Whom the user leads now: by the agent's own entry, else by that of the team.
CREATE OR REPLACE VIEW holdfast_leaders.v_my_agents DEFINER = holdfast_attrition_owner SQL SECURITY DEFINER AS
SELECT a.tenant AS tenant, a.agent AS agent
FROM holdfast.v_agents_now AS a
LEFT JOIN (
    SELECT t.tenant AS tenant, t.team AS team, argMax(t.leader, t.valid_from) AS leader
    FROM holdfast.v_teams AS t WHERE t.valid_from <= now64(6) GROUP BY t.tenant, t.team
) AS t ON t.tenant = a.tenant AND t.team = a.team
WHERE ifNull(nullIf(a.leader, ''), t.leader) = currentUser() AND (a.left_on IS NULL OR a.left_on >= today());

-- Their signals: none that is contested, withdrawn or kept silent, none of a site whose warnings are suspended or switched off; reasons, what speaks against it and named rules
-- (efficiency, absence, attitude, overload) only once the leader has recorded what the leader saw; and no probability.
CREATE OR REPLACE VIEW holdfast_leaders.v_my_signals DEFINER = holdfast_attrition_owner SQL SECURITY DEFINER AS
SELECT s.tenant AS tenant, s.agent AS agent, s.signal_id AS signal_id, s.tier AS tier, s.state AS state, s.opened_day AS opened_day,
    if(s.leader = currentUser() AND k.seen, arrayMap(r -> r.4, s.reasons), []) AS reasons,
    if(s.leader = currentUser() AND k.seen, arrayMap(r -> r.4, s.lowering), []) AS against,
    if(s.leader = currentUser() AND k.seen, s.rules, []) AS rules
FROM holdfast_attrition.v_signals AS s
INNER JOIN (
    SELECT e.tenant AS tenant, e.signal_id AS signal_id, countIf(e.kind = 'acknowledged') > 0 AS seen
    FROM holdfast_attrition.signal_events AS e FINAL GROUP BY e.tenant, e.signal_id
) AS k ON k.tenant = s.tenant AND k.signal_id = s.signal_id
WHERE NOT startsWith(s.state, 'contested') AND s.state != 'withdrawn' AND NOT s.silent
    AND (s.tenant, s.site) IN (SELECT d.tenant, d.site FROM holdfast_attrition.v_display AS d WHERE d.shown)
    AND (s.tenant, s.agent) IN (SELECT m.tenant, m.agent FROM holdfast_leaders.v_my_agents AS m);

-- Whether early warnings are shown at the sites of these agents, and why not.
CREATE OR REPLACE VIEW holdfast_leaders.v_my_display DEFINER = holdfast_attrition_owner SQL SECURITY DEFINER AS
SELECT t.tenant AS tenant, t.site AS site, d.shown AS shown, if(d.site = '', 'not_checked', d.why) AS why, if(d.site = '', NULL, d.since) AS since
FROM (
    SELECT DISTINCT a.tenant AS tenant, a.site AS site FROM holdfast.v_agent_terms AS a
    WHERE a.valid_from <= now64(6) AND a.valid_to > now64(6) AND (a.tenant, a.agent) IN (SELECT m.tenant, m.agent FROM holdfast_leaders.v_my_agents AS m)
) AS t
LEFT JOIN holdfast_attrition.v_display AS d ON d.tenant = t.tenant AND d.site = t.site;

CREATE ROLE IF NOT EXISTS holdfast_attrition_leader;
GRANT SELECT ON holdfast_leaders.v_my_display TO holdfast_attrition_leader;
GRANT SELECT ON holdfast_leaders.v_my_signals TO holdfast_attrition_leader;
GRANT SELECT ON holdfast_leaders.v_my_agents TO holdfast_attrition_leader;
GRANT SELECT ON holdfast_leaders.v_my_agents TO holdfast_attrition_owner;

-- A second wall: should somebody grant a leader more than views, the rows of other teams still stay away.
CREATE ROW POLICY IF NOT EXISTS holdfast_own_team ON holdfast_attrition.signal_events FOR SELECT
USING (tenant, agent) IN (SELECT m.tenant, m.agent FROM holdfast_leaders.v_my_agents AS m) TO holdfast_attrition_leader;

CREATE ROW POLICY IF NOT EXISTS holdfast_own_team ON holdfast_attrition.scores FOR SELECT
USING 0 TO holdfast_attrition_leader;

CREATE ROW POLICY IF NOT EXISTS holdfast_own_team ON holdfast_attrition.agent_days FOR SELECT
USING 0 TO holdfast_attrition_leader;
