#include "lifeboat/deployment/endpoints.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/testing.h"
#include "lifeboat/deployment/private_file.h"

namespace lifeboat::app {
namespace {

class EndpointsTest : public ::testing::Test {
 protected:
  EndpointsTest() {
    char name[] = "/tmp/lifeboat-endpoints-XXXXXX";
    dir_ = mkdtemp(name);
  }
  ~EndpointsTest() override { std::filesystem::remove_all(dir_); }

  std::string dir_;
};

Endpoints Example() {
  Endpoints endpoints;
  endpoints.catalogs.push_back({"PRIMARY", "http://127.0.0.1:1", "lake", "id", "se\"cret"});
  endpoints.accounts.push_back(
      {"PRIMARY", "LIFEBOAT", "PRIMARY", "http", "127.0.0.1", 2, "ADMIN", "p", "ACCOUNTADMIN"});
  endpoints.accounts.push_back(
      {"SECONDARY", "LIFEBOAT", "SECONDARY", "http", "127.0.0.1", 3, "ADMIN", "p", "ACCOUNTADMIN"});
  endpoints.connection = {"C", "LIFEBOAT-C", "http", "127.0.0.1", 4};
  endpoints.gateway_catalog_uri = "http://127.0.0.1:5";
  endpoints.processes.push_back({"gateway", 4711, "/log"});
  return endpoints;
}

TEST_F(EndpointsTest, WhatIsWrittenIsReadAndPrivate) {
  ASSERT_OK(WriteEndpoints(dir_, Example()));
  struct stat info = {};
  ASSERT_EQ(stat(EndpointsPath(dir_).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
  ASSERT_OK_AND_ASSIGN(const Endpoints read, ReadEndpoints(dir_));
  EXPECT_EQ(read.catalogs.at(0).client_secret, "se\"cret");
  EXPECT_EQ(read.connection.port, 4);
  EXPECT_EQ(read.processes.at(0).pid, 4711);
  ASSERT_NE(read.FindAccount("secondary"), nullptr);
  EXPECT_EQ(read.FindAccount("secondary")->port, 3);
  EXPECT_EQ(read.FindAccount("THIRD"), nullptr);
}

TEST_F(EndpointsTest, AbsentAndDamagedFilesAreToldApart) {
  EXPECT_STATUS(StatusCode::kNotFound, ReadEndpoints(dir_));
  for (const char* text :
       {"", "[]", "{", "{\"catalogs\": 1}",
        "{\"catalogs\":[],\"accounts\":[],\"connection\":{\"name\":\"C\",\"account\":\"A\",\"protocol\":"
        "\"http\",\"host\":\"h\",\"port\":99999},\"gateway\":{\"catalog_uri\":\"\"},\"processes\":[]}"}) {
    ASSERT_OK(WritePrivateFile(EndpointsPath(dir_), text));
    EXPECT_STATUS(StatusCode::kCorruption, ReadEndpoints(dir_));
  }
}

}  // namespace
}  // namespace lifeboat::app
