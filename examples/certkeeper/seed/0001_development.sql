-- Development data. Applying it again changes nothing: a row that is already there (same unique key) is left alone. Dates are
-- relative to the day of the first application, so that every status has an example. No API keys: use the bootstrap key.
INSERT INTO servers (name, address)
SELECT d.name, d.address
FROM (
  SELECT 'edge-1' AS name, '192.0.2.10' AS address
  UNION ALL SELECT 'edge-2', '192.0.2.11'
  UNION ALL SELECT 'mail-1', 'mail.example.org'
  UNION ALL SELECT 'lab-1', '2001:db8::10'
) AS d
WHERE NOT EXISTS (SELECT 1 FROM servers AS s WHERE s.name = d.name);

INSERT INTO certificates (server_id, domain, issuer, not_before, not_after)
SELECT s.id, d.domain, d.issuer,
       DATE_ADD(UTC_DATE(), INTERVAL d.from_day DAY),
       DATE_ADD(UTC_DATE(), INTERVAL d.to_day DAY)
FROM (
  SELECT 'edge-1' AS server, 'www.example.org' AS domain, 'Example Trust R1' AS issuer, -10 AS from_day, 80 AS to_day
  UNION ALL SELECT 'edge-1', '*.example.org', 'Example Trust R1', -70, 20
  UNION ALL SELECT 'edge-1', 'shop.example.com', 'Example Trust R2', -120, -30
  UNION ALL SELECT 'edge-2', 'www.example.org', 'Example Trust R1', -10, 80
  UNION ALL SELECT 'edge-2', 'api.example.net', 'Example Trust E1', 5, 95
  UNION ALL SELECT 'mail-1', 'mail.example.org', 'Example Trust R1', -85, 5
  UNION ALL SELECT 'lab-1', 'lab.example.org', 'Example Internal CA', -1, 364
) AS d
JOIN servers AS s ON s.name = d.server
WHERE NOT EXISTS (SELECT 1 FROM certificates AS c WHERE c.server_id = s.id AND c.domain = d.domain);
