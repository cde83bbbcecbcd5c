-- shiplock: phase=expand
-- Who renewed what, and from when to when: the history that the certificate row itself forgets.
CREATE TABLE renewals (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  certificate_id BIGINT UNSIGNED NOT NULL,
  actor VARCHAR(64) NOT NULL,
  old_not_after DATETIME(3) NOT NULL,
  new_not_after DATETIME(3) NOT NULL,
  renewed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY renewals_certificate (certificate_id, renewed_at),
  CONSTRAINT renewals_certificate FOREIGN KEY (certificate_id) REFERENCES certificates (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

UPDATE schema_generation SET generation = 5 WHERE id = 1 AND generation < 5;
