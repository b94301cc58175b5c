-- Which models have scored a site, from when to when, and up to when was known what each was made on; and the newest day of the site that is formed.
SELECT s.model_id AS model, toInt32(min(s.day)) AS first_day, toInt32(max(s.day)) AS last_day, any(m.made_until) AS made_until,
    (SELECT toInt32(max(f.day)) FROM {attrition}.formed_days AS f WHERE f.tenant = {tenant} AND f.site = {site}) AS newest_day
FROM {attrition}.scores AS s
LEFT JOIN
(
    SELECT r.model_id AS model, toNullable(toInt32(toUInt32(max(r.trained_until)))) AS made_until FROM {attrition}.models AS r
    WHERE r.tenant = {tenant} AND r.site = {site} GROUP BY r.model_id
) AS m ON m.model = s.model_id
WHERE s.tenant = {tenant} AND s.site = {site}
GROUP BY s.model_id
ORDER BY last_day, model
