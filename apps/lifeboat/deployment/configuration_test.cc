#include "lifeboat/deployment/configuration.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/config.h"
#include "base/testing.h"
#include "lifeboat/deployment/private_file.h"
#include "lifeboat/server/server_part.h"

namespace lifeboat::app {
namespace {

void ExpectServersRead(const Settings& settings) {
  std::string dir = ::testing::TempDir() + "configuration \"of\" back\\slash\nand newline XXXXXX";
  ASSERT_NE(::mkdtemp(dir.data()), nullptr);
  ASSERT_OK(WritePrivateFile(CatalogSecretKeyPath(dir), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"));
  struct Case {
    const char* section;
    std::string text;
    Result<StartPart> (*read)(const ConfigTable&);
  };
  for (const Case& c :
       {Case{"catalog", CatalogConfiguration(dir, settings), ReadCatalogPart},
        Case{"account", AccountConfiguration("PRIMARY", dir, dir, 1, settings), ReadAccountPart},
        Case{"gateway", GatewayConfiguration(dir, settings), ReadGatewayPart}}) {
    ASSERT_OK_AND_ASSIGN(const Config config, Config::Parse(c.text, c.section));
    ASSERT_OK_AND_ASSIGN(const ConfigTable section, config.root().Table(c.section));
    EXPECT_OK(c.read(section));
    EXPECT_OK(config.CheckAllKeysRead());
  }
  std::filesystem::remove_all(dir);
}

// What `up` writes is what `server` reads: every key, and no other.
TEST(ConfigurationTest, ServersReadAllOfIt) {
  const Settings on_disk = MakeSettings(20'000, SystemRandom());
  Settings in_s3 = on_disk;
  in_s3.lake = {"s3://bucket/\"lake\"", "http://127.0.0.1:9000", "eu-west-1", "arn:aws:iam::1:role/lake"};
  for (const Settings& settings : {on_disk, in_s3}) ExpectServersRead(settings);
}

TEST(ConfigurationTest, SecretsDiffer) {
  const Settings one = MakeSettings(20'000, SystemRandom());
  const Settings two = MakeSettings(20'000, SystemRandom());
  EXPECT_NE(one.admin_password, two.admin_password);
  EXPECT_NE(one.catalog_client_secret, two.catalog_client_secret);
  EXPECT_NE(one.connection_token_key, two.connection_token_key);
  EXPECT_EQ(one.Port(kSecondaryPort), 20'004);
}

}  // namespace
}  // namespace lifeboat::app
