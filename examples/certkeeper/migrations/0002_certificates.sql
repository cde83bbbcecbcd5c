-- shiplock: phase=expand
-- One row per certificate on a server. Whether it is valid, expiring or expired follows from the clock, so it is not stored.
CREATE TABLE certificates (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  server_id BIGINT UNSIGNED NOT NULL,
  domain VARCHAR(253) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  issuer VARCHAR(128) NOT NULL,
  not_before DATETIME(3) NOT NULL,
  not_after DATETIME(3) NOT NULL,
  renewed_at DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (id),
  UNIQUE KEY certificates_server_domain (server_id, domain),
  KEY certificates_domain (domain),
  KEY certificates_not_after (not_after),
  CONSTRAINT certificates_server FOREIGN KEY (server_id) REFERENCES servers (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
