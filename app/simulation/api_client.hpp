#pragma once
// Calls of the public API, as a good client makes them: one at a time, asked again under the same key where no answer came, bounded, given up
// at once when the simulation shall end.
#include <atomic>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <string>

#include "platform/http/client.hpp"

namespace lastmile::simulation {

struct Answer {
    int status = 0;             // 0: no answer
    std::string code{};         // of a problem
    boost::json::value body{};  // null where it is not JSON
    std::string fault{};        // one sentence when the call did not succeed
    bool ok() const { return status >= 200 && status < 300; }
};

class ApiClient {
public:
    /// `url` is the server's, `stopping` ends waits.
    ApiClient(std::string url, std::function<bool()> stopping);
    Answer call(const std::string& token, const char* method, const std::string& path, const boost::json::value& body = nullptr);
    /// Without waiting; `then` runs on the client's thread.
    void send(const std::string& token, const std::string& path, const boost::json::value& body, std::function<void(int status)> then);

    std::int64_t calls() const { return calls_; }
    /// Answers of 500 and above.
    std::int64_t faults() const { return faults_; }

private:
    http::ClientRequest request(const std::string& token, const char* method, const std::string& path, const boost::json::value& body,
                                const std::string& key) const;
    Answer once(http::ClientRequest request, const std::string& path);
    std::string url_, run_;
    std::function<bool()> stopping_;
    std::atomic<std::int64_t> calls_ = 0, faults_ = 0, keys_ = 0;
    http::Client client_;
};

/// The text of a member, or empty.
std::string text_of(const boost::json::value& object, std::string_view name);
/// The array of a member, or an empty one.
const boost::json::array& list_of(const boost::json::value& object, std::string_view name);
/// The member, or null.
const boost::json::value& member(const boost::json::value& object, std::string_view name);

}  // namespace lastmile::simulation
