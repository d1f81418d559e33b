// FailoverControl: what SQL and the command line ask of disaster recovery, without seeing how it is done.
//
// `account` calls it (ALTER FAILOVER GROUP … PRIMARY, ALTER CONNECTION … PRIMARY); `bcdr` implements it; the app joins
// them.
#ifndef LIFEBOAT_BCDR_API_FAILOVER_CONTROL_H_
#define LIFEBOAT_BCDR_API_FAILOVER_CONTROL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace lifeboat::bcdr {

// One account that a connection can route to.
struct ConnectionMember {
  std::string organization;
  std::string account;
  bool healthy = false;
  bool is_primary = false;
};

struct ConnectionState {
  std::string name;                       // "LIFEBOAT_DEMO"
  uint64_t epoch = 0;                     // grows with every move
  std::vector<ConnectionMember> members;  // in order of preference
};

class FailoverControl {
 public:
  virtual ~FailoverControl() = default;
  virtual Result<ConnectionState> DescribeConnection(const std::string& name) = 0;
  // Makes `account` the primary of the connection; kFailedPrecondition when it does not answer.
  virtual Status PromoteConnection(const std::string& name, const std::string& account) = 0;
};

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_API_FAILOVER_CONTROL_H_
