-- The absences of each agent in order of their begin, with 0 for the end of one that goes on: which of them make a long leave is decided for each day from those
-- that had begun.
SELECT agent, arraySort(groupArray((start_us, if(goes_on, 0, end_us)))) AS absences FROM absences GROUP BY agent
