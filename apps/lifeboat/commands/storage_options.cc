#include "lifeboat/commands/storage_options.h"

#include <CLI/CLI.hpp>

namespace lifeboat::app {

void AddStorageOptions(CLI::App& command, UpOptions& up) {
  CLI::Option* storage = command.add_option(
      "--storage", up.storage,
      "file: the lake is below --dir; s3://bucket/prefix: it is there, credentials in $AWS_ACCESS_KEY_ID and "
      "$AWS_SECRET_ACCESS_KEY (default: as before, at first file)");
  command.add_option("--s3-endpoint", up.s3.endpoint, "Of a store that is not Amazon's")->needs(storage);
  command.add_option("--s3-region", up.s3.region, "Its region")->needs(storage);
  command
      .add_option("--s3-role-arn", up.s3.role_arn,
                  "Role the catalog assumes to lend clients credentials (default: it signs their requests)")
      ->needs(storage);
}

}  // namespace lifeboat::app
