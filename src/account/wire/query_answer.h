// QueryAnswer: what a finished statement answers, however often it is asked: immutable JSON text, and the
// rows past the inline limit as gzip chunks that the driver downloads apart from it.
#ifndef LIFEBOAT_ACCOUNT_WIRE_QUERY_ANSWER_H_
#define LIFEBOAT_ACCOUNT_WIRE_QUERY_ANSWER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "account/engine/account_service.h"
#include "account/wire/errors.h"
#include "base/random.h"

namespace lifeboat::account::wire {

// Rows as `["a","1"],["b",null]` without the outer brackets, gzip'd.
struct Chunk {
  std::string id;  // unguessable: a download carries no token
  std::string gzip;
  int64_t row_count = 0;
  int64_t uncompressed_bytes = 0;  // exact: JDBC reads by it
};

class QueryAnswer {
 public:
  // `base_url` is what the client reached the server by, e.g. "http://127.0.0.1:8080"; chunks are offered
  // below it.
  std::string Body(std::string_view base_url) const;

  bool success() const { return success_; }
  // Both "" when successful.
  const std::string& code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::vector<Chunk>& chunks() const { return chunks_; }
  uint64_t bytes() const { return bytes_; }
  // The signed state the session had after the statement; "" when the statement did not change it.
  const std::string& session_state() const { return session_state_; }

 private:
  friend struct AnswerBuilder;
  bool success_ = true;
  std::string code_, message_;
  std::string head_, tail_;  // the JSON before and after the list of chunks
  std::vector<Chunk> chunks_;
  std::string session_state_;
  uint64_t bytes_ = 0;
};

using QueryAnswerPtr = std::shared_ptr<const QueryAnswer>;

struct AnswerContext {
  std::string query_id;
  const SessionState* after = nullptr;  // current objects and parameters as the statement left them
  std::string session_state;
  bool array_bind_supported = false;
  uint64_t inline_rowset_bytes = 0;
  uint64_t chunk_bytes = 0;
};

// One statement of several sent together, for the answer to the whole.
struct ChildStatement {
  std::string query_id;
  StatementType type;
};

// Takes the rows out of `result` as it goes.
QueryAnswerPtr AnswerResult(QueryResult&& result, const AnswerContext& context, Random& random);
QueryAnswerPtr AnswerMultiStatement(const std::vector<ChildStatement>& children,
                                    const AnswerContext& context);
QueryAnswerPtr AnswerError(const WireError& error, std::string_view query_id, std::string session_state);

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_QUERY_ANSWER_H_
