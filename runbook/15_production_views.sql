-- 15  The production database: what applications query.  Independent of every replication; its views read the link.
--     Run in both accounts.
USE ROLE ICEBERG_ADMIN;

CREATE DATABASE IF NOT EXISTS ICEBERG_PROD COMMENT = 'Views over the linked lake';
CREATE SCHEMA IF NOT EXISTS ICEBERG_PROD.ADVERTISING COMMENT = 'Advertising: campaigns and their events';
USE SCHEMA ICEBERG_PROD.ADVERTISING;

-- One view a table.
CREATE OR REPLACE VIEW CAMPAIGNS AS SELECT * FROM ICEBERG_DEMO_CLD.ICEBERG_ADVERTISING_DB.CAMPAIGNS;
CREATE OR REPLACE VIEW IMPRESSIONS AS SELECT * FROM ICEBERG_DEMO_CLD.ICEBERG_ADVERTISING_DB.IMPRESSIONS;
CREATE OR REPLACE VIEW CLICKS AS SELECT * FROM ICEBERG_DEMO_CLD.ICEBERG_ADVERTISING_DB.CLICKS;
CREATE OR REPLACE VIEW CONVERSIONS AS SELECT * FROM ICEBERG_DEMO_CLD.ICEBERG_ADVERTISING_DB.CONVERSIONS;

CREATE OR REPLACE VIEW V_CAMPAIGNS_SUMMARY
  COMMENT = 'Campaigns and budgets by channel and status'
AS
SELECT channel,
       status,
       COUNT(*) AS campaigns,
       ROUND(SUM(budget_usd), 2) AS budget_usd,
       ROUND(AVG(target_cpa_usd), 2) AS target_cpa_usd
FROM CAMPAIGNS
GROUP BY channel, status;

CREATE OR REPLACE VIEW V_IMPRESSIONS_DAILY
  COMMENT = 'Impressions by day and campaign'
AS
SELECT date_key,
       campaign_id,
       COUNT(*) AS impressions,
       SUM(CASE WHEN viewable THEN 1 ELSE 0 END) AS viewable_impressions,
       ROUND(SUM(cost_usd), 4) AS cost_usd
FROM IMPRESSIONS
GROUP BY date_key, campaign_id;

CREATE OR REPLACE VIEW V_CLICKS_DAILY
  COMMENT = 'Clicks by day and campaign'
AS
SELECT date_key,
       campaign_id,
       COUNT(*) AS clicks,
       SUM(CASE WHEN bounce THEN 1 ELSE 0 END) AS bounces,
       ROUND(SUM(cost_usd), 2) AS cost_usd
FROM CLICKS
GROUP BY date_key, campaign_id;

CREATE OR REPLACE VIEW V_CONVERSIONS_DAILY
  COMMENT = 'Conversions by day and campaign'
AS
SELECT date_key,
       campaign_id,
       COUNT(*) AS conversions,
       SUM(quantity) AS quantity,
       ROUND(SUM(revenue_usd), 2) AS revenue_usd
FROM CONVERSIONS
GROUP BY date_key, campaign_id;

-- Each kind of event is counted before it is joined: joined row by row, its counts would multiply.
CREATE OR REPLACE VIEW V_CAMPAIGN_PERFORMANCE
  COMMENT = 'What every campaign cost and earned'
AS
WITH i AS (
       SELECT campaign_id, COUNT(*) AS impressions, SUM(cost_usd) AS cost_usd
       FROM IMPRESSIONS GROUP BY campaign_id),
     k AS (
       SELECT campaign_id, COUNT(*) AS clicks, SUM(cost_usd) AS cost_usd
       FROM CLICKS GROUP BY campaign_id),
     v AS (
       SELECT campaign_id, COUNT(*) AS conversions, SUM(revenue_usd) AS revenue_usd
       FROM CONVERSIONS GROUP BY campaign_id)
SELECT c.campaign_id,
       c.campaign_name,
       c.channel,
       c.status,
       COALESCE(i.impressions, 0) AS impressions,
       COALESCE(k.clicks, 0) AS clicks,
       COALESCE(v.conversions, 0) AS conversions,
       ROUND(COALESCE(i.cost_usd, 0) + COALESCE(k.cost_usd, 0), 2) AS spend_usd,
       ROUND(COALESCE(v.revenue_usd, 0), 2) AS revenue_usd,
       ROUND(COALESCE(k.clicks, 0) / NULLIF(i.impressions, 0), 6) AS click_rate,
       ROUND(COALESCE(v.conversions, 0) / NULLIF(k.clicks, 0), 6) AS conversion_rate,
       ROUND(COALESCE(v.revenue_usd, 0) / NULLIF(COALESCE(i.cost_usd, 0) + COALESCE(k.cost_usd, 0), 0), 4) AS roas
FROM CAMPAIGNS c
LEFT JOIN i ON i.campaign_id = c.campaign_id
LEFT JOIN k ON k.campaign_id = c.campaign_id
LEFT JOIN v ON v.campaign_id = c.campaign_id;

GRANT USAGE ON DATABASE ICEBERG_PROD TO ROLE ICEBERG_ANALYST;
GRANT USAGE ON SCHEMA ICEBERG_PROD.ADVERTISING TO ROLE ICEBERG_ANALYST;
GRANT SELECT ON ALL VIEWS IN SCHEMA ICEBERG_PROD.ADVERTISING TO ROLE ICEBERG_ANALYST;
GRANT SELECT ON FUTURE VIEWS IN SCHEMA ICEBERG_PROD.ADVERTISING TO ROLE ICEBERG_ANALYST;

SHOW VIEWS IN SCHEMA ICEBERG_PROD.ADVERTISING;
