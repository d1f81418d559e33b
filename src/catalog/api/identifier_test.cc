#include "catalog/api/identifier.h"

#include <gtest/gtest.h>

#include "base/testing.h"
#include "catalog/api/catalog_error.h"

namespace lifeboat::catalog {
namespace {

TEST(Identifier, NamespacesEncodeAndDecode) {
  for (const Namespace& name_space : {Namespace{"a"}, Namespace{"a.b", "c"}, Namespace{"ü", "x y", "z"}}) {
    EXPECT_EQ(DecodeNamespace(EncodeNamespace(name_space)), name_space);
  }
  EXPECT_EQ(DecodeNamespace(""), Namespace{});
  EXPECT_EQ(ToString(TableIdentifier{{"a", "b"}, "t"}), "a.b.t");
}

TEST(Identifier, ValidationAcceptsWhatPeopleWriteAndRefusesWhatCannotBeStored) {
  EXPECT_OK(ValidateIdentifier({{"sales", "Größe 2"}, "t-1.x/y"}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ValidateNamespace({}));
  const std::string bad[] = {"",
                             std::string("a\0b", 3),
                             "a\x1F"
                             "b",
                             "a\nb",
                             "\x7F",
                             "..",
                             "a/../b",
                             "x\\..",
                             ".",
                             "\xFF",
                             "\xC0\xAF",
                             "\xED\xA0\x80",
                             "\xE2\x82",
                             std::string(kMaxNameBytes + 1, 'x')};
  for (const std::string& name : bad) {
    SCOPED_TRACE(name);
    EXPECT_STATUS(StatusCode::kInvalidArgument, ValidateNamespace({"ok", name}));
    EXPECT_STATUS(StatusCode::kInvalidArgument, ValidateIdentifier({{"ok"}, name}));
  }
}

TEST(CatalogError, TypesFollowTheProtocol) {
  EXPECT_EQ(ErrorTypeOf(NoSuchNamespace({"a"})), "NoSuchNamespaceException");
  EXPECT_EQ(NoSuchTable({{"a"}, "t"}).message(), "Table does not exist: a.t");
  EXPECT_EQ(ErrorTypeOf(NoSuchTable({{"a"}, "t"}).WithContext("load")), "NoSuchTableException");
  EXPECT_EQ(ErrorTypeOf(Status::InvalidArgument("x")), "BadRequestException");
  EXPECT_EQ(ErrorTypeOf(Status::Conflict("x")), "CommitFailedException");
}

}  // namespace
}  // namespace lifeboat::catalog
