// The recursive-descent parser behind parser.h. Private to this module.
//
// Errors are sticky: the first Fail() remembers the offending token and moves the cursor to the end of the
// input, where every Accept answers false and every Expect does nothing. A rule therefore needs no error
// handling of its own; it may return a half-filled struct, which nobody looks at. The one duty of a rule:
// loops end when nothing is accepted, and no pointer from a sub-rule is followed (after a failure it may be
// null).
//
// Each statement family lives in its parse_<family>.cc; queries, expressions and the rules all share are
// grouped below.
#ifndef LIFEBOAT_ACCOUNT_SQL_PARSE_H_
#define LIFEBOAT_ACCOUNT_SQL_PARSE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/sql/ast/statement.h"
#include "account/sql/lexer.h"
#include "base/result.h"

namespace lifeboat::account::sql {

class Parser {
 public:
  explicit Parser(std::string_view text);

  Statement ParseWholeStatement();
  ExpressionPtr ParseWholeExpression();
  ObjectName ParseWholeName();

  // OK, or the first error.
  Status status() const { return status_; }

 private:
  // --- cursor (parse_cursor.cc)
  const Token& Peek(size_t ahead = 0) const { return tokens_[std::min(next_ + ahead, tokens_.size() - 1)]; }
  Token Next();
  bool AtEnd() const { return Peek().kind == TokenKind::kEnd; }
  bool PeekWord(std::string_view word, size_t ahead = 0) const;
  bool PeekAnyWord(std::initializer_list<std::string_view> words, size_t ahead = 0) const;
  bool PeekSymbol(std::string_view symbol, size_t ahead = 0) const;
  bool AcceptWord(std::string_view word);
  // All of them in a row, or none.
  bool AcceptWords(std::initializer_list<std::string_view> words);
  bool AcceptSymbol(std::string_view symbol);
  void ExpectWord(std::string_view word);
  void ExpectSymbol(std::string_view symbol);
  void Fail();  // syntax error at the next token
  void FailWith(Status status);
  bool failed() const { return !status_.ok(); }
  void CheckHeight(int height);
  Span SpanFrom(const Token& first) const;
  std::string SourceOf(const Span& span) const {
    return std::string(text_.substr(span.begin, span.end - span.begin));
  }

  // Bounds recursion: `if (Nested nested(this); nested)`; failing when too deep.
  class Nested {
   public:
    explicit Nested(Parser* parser);
    ~Nested() { --parser_->depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    explicit operator bool() const { return !parser_->failed(); }

   private:
    Parser* parser_;
  };

  // --- names, types and other common rules (parse_name.cc, parse_property.cc)
  bool PeekIdentifier(size_t ahead = 0) const;  // quoted, or a word that is not reserved
  Identifier ParseIdentifier();
  Identifier ParseAnyIdentifier();  // reserved words too: after AS, after a dot
  ObjectName ParseObjectName();
  std::vector<Identifier> ParseIdentifierList();  // ( a, b )
  TypeName ParseTypeName();
  std::optional<std::vector<TypeName>> ParseSignature();  // [ (type, …) ]
  int64_t ParseInteger();
  std::string ParseString();
  bool AcceptIfExists();
  bool AcceptIfNotExists();
  ObjectKind ParseObjectKind();  // singular
  std::optional<ObjectKind> AcceptObjectKindPlural();
  std::optional<ObjectKind> AcceptObjectKind();
  void ParseProperties(
      Properties* out);  // NAME = value …, commas optional, to the end or a token that is no property
  PropertyValue ParsePropertyValue();
  Properties ParsePropertyBlock();  // ( NAME = value … )

  // --- expressions (parse_expression.cc, parse_primary.cc, parse_function.cc)
  ExpressionPtr ParseExpression();
  ExpressionPtr ParseOperators(int minimum_precedence);
  ExpressionPtr ParsePredicate(ExpressionPtr left, const Token& first, bool negated);
  ExpressionPtr ParseIs(ExpressionPtr left, const Token& first);
  ExpressionPtr ParseIn(ExpressionPtr left, const Token& first, bool negated);
  ExpressionPtr ParseLike(ExpressionPtr left, const Token& first, bool negated);
  ExpressionPtr ParseComparison(ExpressionPtr left, const Token& first, BinaryOperator op, int precedence);
  ExpressionPtr ParseUnary();
  ExpressionPtr ParsePostfix();
  ExpressionPtr ParsePrimary();
  ExpressionPtr ParseWordPrimary();
  ExpressionPtr ParseSymbolPrimary();
  ExpressionPtr ParseParenthesized();
  ExpressionPtr ParseCase();
  ExpressionPtr ParseCast(bool try_cast);
  ExpressionPtr ParseExtract();
  ExpressionPtr ParseObjectLiteral();
  ExpressionPtr ParseArrayLiteral();
  ExpressionPtr ParseNameOrCall();
  ExpressionPtr ParseBind();
  FunctionCall ParseCall(ObjectName name);  // the cursor is at '('
  void ParseArguments(FunctionCall* call);
  std::unique_ptr<WindowSpec> ParseOver();
  WindowSpec ParseWindowSpec();  // the cursor is behind '('
  FrameBound ParseFrameBound();
  std::vector<ExpressionPtr> ParseExpressionList();  // e, e, …
  std::vector<OrderItem> ParseOrderItems();
  ExpressionPtr Make(const Token& first, Expression::Node node);
  ExpressionPtr MakeString(std::string text, const Token& at);

  // --- queries (parse_select.cc, parse_from.cc)
  bool PeekQuery(size_t ahead = 0) const;  // SELECT, WITH, VALUES or their parentheses
  QueryPtr ParseQuery();
  void ParseWith(Query* query);
  void ParseQueryTail(Query* query);  // ORDER BY, LIMIT, OFFSET, FETCH
  QueryBodyPtr ParseSetOperations(QueryBodyPtr first);
  QueryBodyPtr ParseIntersections(QueryBodyPtr first);
  QueryBodyPtr ParseQueryPrimary();
  bool PeekSetOperator() const;
  bool PeekQueryTail() const;
  // The query whose first parenthesised branch has already been read: ((SELECT 1) UNION …).
  QueryPtr ContinueQuery(QueryPtr parenthesized, const Token& first);
  Select ParseSelect();
  SelectItem ParseSelectItem();
  void ParseStarModifiers(Star* star);
  std::vector<Identifier> ParseStarColumns();
  std::optional<Identifier> ParseAlias();
  void ParseGroupBy(Select* select);
  GroupingElement ParseGroupingElement();
  ValuesTable ParseValues();  // the cursor is behind VALUES
  TableRefPtr ParseFrom();    // what follows FROM or USING
  TableRefPtr ParseJoins();
  bool ParseJoinOperator(Join* join);
  TableRefPtr ParseTableRef();
  TableRefPtr ParseTablePrimary();
  TableRefPtr ParseParenthesizedTable(TableRefPtr table);
  void ParseTableSuffixes(TableRef* table);
  bool PeekClauseAfterTable() const;
  TableAlias ParseTableAlias();
  std::unique_ptr<Sample> ParseSample();
  std::unique_ptr<TimeTravel> ParseTimeTravel();

  // --- statements: each begins behind its first keyword
  Statement::Node ParseStatement();
  Statement::Node ParseCreate();           // parse_statement.cc
  Statement::Node ParseAlter();            // parse_statement.cc
  Statement::Node ParseDrop(bool undrop);  // parse_drop.cc
  Statement::Node ParseUse();              // parse_session.cc
  Statement::Node ParseSet();
  Statement::Node ParseUnset();
  Statement::Node ParseAlterSession();
  Statement::Node ParseTransaction();  // parse_transaction.cc; the keyword is still ahead
  Statement::Node ParseCreateRole(CreateFlags flags, bool database_role);      // parse_role.cc
  Statement::Node ParseCreateUser(CreateFlags flags);                          // parse_user.cc
  Statement::Node ParseCreateWarehouse(CreateFlags flags);                     // parse_warehouse.cc
  Statement::Node ParseCreateDatabase(CreateFlags flags, bool transient);      // parse_database.cc
  Statement::Node ParseCreateSchema(CreateFlags flags, bool transient);        // parse_schema.cc
  Statement::Node ParseCreateIntegration(CreateFlags flags, ObjectKind kind);  // parse_integration.cc
  Statement::Node ParseCreateExternalVolume(CreateFlags flags);                // parse_external_volume.cc
  Statement::Node ParseAlterObject(ObjectKind kind);                           // parse_alter_object.cc
  bool ParseAlterDatabaseVerb(AlterObjectStatement* alter);                    // parse_database.cc
  bool ParseAlterWarehouseVerb(AlterObjectStatement* alter);                   // parse_warehouse.cc
  Statement::Node ParseCreateTable(CreateTableStatement create);               // parse_table.cc
  void ParseTableElement(CreateTableStatement* create);
  ColumnDefinition ParseColumnDefinition();
  bool ParseColumnOption(ColumnDefinition* column);
  void ParseAutoincrement(ColumnDefinition* column);
  std::optional<TableConstraint> AcceptTableConstraint();
  void ParseTableOptions(CreateTableStatement* create);
  Statement::Node ParseAlterTable(ObjectKind kind);  // parse_alter_table.cc
  TableAction ParseTableAction();
  TableAction ParseAddAction();
  TableAction ParseDropAction();
  void ParseAlterColumn(std::vector<TableAction>* actions);
  TableAction ParseOneAlterColumn();
  Statement::Node ParseCreateView(CreateViewStatement create, const Token& first);  // parse_view.cc
  Statement::Node ParseGrant();                                                     // parse_grant.cc
  Statement::Node ParseRevoke();
  Statement::Node ParseGrantRole(bool revoke, bool database_role);
  Statement::Node ParseGrantOwnership();
  Statement::Node ParseGrantPrivileges(bool revoke);
  std::string ParsePrivilege();
  GrantTarget ParseGrantTarget();
  Grantee ParseGrantee(std::string_view direction);
  Statement::Node ParseShow();  // parse_show.cc
  void ParseShowSubject(ShowStatement* show);
  void ParseShowGrants(ShowStatement* show);
  void ParseShowScope(ShowStatement* show);
  Statement::Node ParseDescribe();  // parse_describe.cc
  Statement::Node ParseInsert();    // parse_dml.cc
  Statement::Node ParseUpdate();
  Statement::Node ParseDelete();
  Statement::Node ParseTruncate();
  std::vector<Assignment> ParseAssignments();
  ExpressionPtr ParseValueOrDefault();  // null for DEFAULT
  Statement::Node ParseMerge();         // parse_merge.cc
  MergeClause ParseMergeClause();
  Statement::Node ParseComment();  // parse_comment.cc
  Statement::Node ParseCall();     // parse_call.cc
  Statement::Node ParseExecute();

  std::string_view text_;
  std::vector<Token> tokens_;
  size_t next_ = 0;
  int depth_ = 0;
  int height_ = 0;  // of the tallest expression in the query being parsed
  int positional_binds_ = 0;
  std::vector<std::string> bind_names_;
  Status status_;
};

// Words that cannot be a column, a table or an alias without AS.
bool IsReserved(std::string_view word);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_PARSE_H_
