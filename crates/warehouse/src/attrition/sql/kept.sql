-- Weeks that were counted before anybody of them was forgotten. Rows of their days are not counted again: some of those who left are missing.
kept AS
(
    SELECT k.* FROM {database}.quality_weeks AS k FINAL WHERE k.tenant = {tenant:String} AND k.site = {site:String}
),
