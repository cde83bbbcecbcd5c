-- shiplock: phase=expand
-- The number the service compares with what it needs before it says that it is ready. Every later migration ends by raising it.
CREATE TABLE schema_generation (
  id TINYINT UNSIGNED NOT NULL,
  generation INT UNSIGNED NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO schema_generation (id, generation) VALUES (1, 4);
