-- Who was asked and who answered, by the day of the contact.
SELECT day, queue, agent, invitations, respondents, response_rate
FROM v_survey_days(zone = '{zone}', by = 'contact') WHERE startsWith(queue, '{site}-')
ORDER BY day, queue, agent
