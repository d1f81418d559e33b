-- 01  The catalog integration: how this account reaches the Iceberg REST catalog.  Run in both accounts.
--
-- Session variables it needs (`lifeboat runbook` sets them from the deployment):
--     catalog_uri, catalog_warehouse, catalog_client_id, catalog_client_secret
USE ROLE ICEBERG_ADMIN;

CREATE OR REPLACE CATALOG INTEGRATION REST_GLUE_CATALOG_INT
  CATALOG_SOURCE = ICEBERG_REST
  TABLE_FORMAT = ICEBERG
  CATALOG_NAMESPACE = 'iceberg_advertising_db'
  REST_CONFIG = (
    CATALOG_URI = $catalog_uri
    CATALOG_NAME = $catalog_warehouse
    ACCESS_DELEGATION_MODE = VENDED_CREDENTIALS
  )
  REST_AUTHENTICATION = (
    TYPE = OAUTH
    OAUTH_CLIENT_ID = $catalog_client_id
    OAUTH_CLIENT_SECRET = $catalog_client_secret
    OAUTH_ALLOWED_SCOPES = ('PRINCIPAL_ROLE:ALL')
  )
  ENABLED = TRUE
  COMMENT = 'The lake''s REST catalog';

GRANT USAGE ON INTEGRATION REST_GLUE_CATALOG_INT TO ROLE ICEBERG_ENGINEER;

DESCRIBE CATALOG INTEGRATION REST_GLUE_CATALOG_INT;
