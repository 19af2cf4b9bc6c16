#pragma once
// One I/O thread: its io_context, its connections, its sweep of deadlines, its coalesced flushes. Internal (sees Asio).
#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "platform/http/server.hpp"

namespace boost::asio::ssl {
class context;
}

namespace lastmile::http {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Millis = std::int64_t;   // of the steady (or injected) clock

class Connection;

/// Written by one thread each, read by all: relaxed.
struct Counters {
    std::atomic<std::uint64_t> accepted{}, closed{}, requests{}, streams_opened{}, streams_closed{}, websockets_opened{},
        websockets_closed{}, cut{}, timed_out{}, malformed{}, received{}, sent{};
};

inline void add(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) { counter.fetch_add(by, std::memory_order_relaxed); }

/// What all threads of a server share.
struct Shared {
    Options options;
    Handler handler;
    std::atomic<bool> draining{false};
    std::atomic<std::size_t> buffered{0};      // bytes of request bodies being received
    std::atomic<std::int64_t> open{0};
    std::atomic<std::uint64_t> shed{0};
    std::mutex mutex;                           // for `tls`, and for whoever waits for `open` to become 0
    std::condition_variable emptied;
    std::shared_ptr<asio::ssl::context> tls;
    asio::thread_pool packers{1};               // large bodies are packed and unpacked here
    Response refusal(int status, std::string_view detail) const;
    Millis now() const;
};

class Worker : public std::enable_shared_from_this<Worker> {
public:
    explicit Worker(std::shared_ptr<Shared> shared);
    /// Runs until stop().
    void run();
    /// From any thread. What is posted later is dropped, so that no handler keeps the worker alive from within.
    void stop();
    /// After run() has returned: closes what is left and lets every pending operation end.
    void clear();

    /// From any thread; false when stopped.
    template <class Task>
    bool post(Task&& task) {
        const std::lock_guard lock(mutex_);
        if (stopped_) return false;
        asio::post(context, std::forward<Task>(task));
        return true;
    }
    bool on_own_thread() { return context.get_executor().running_in_this_thread(); }
    /// From any thread: connection->answer(number, response). Answers that come while the thread is busy are told in one turn.
    void answer_soon(std::shared_ptr<Connection> connection, std::uint64_t number, Response response);
    /// From any thread: calls connection->flush_stream() within a few ms, once for all that was sent until then.
    void flush_soon(std::shared_ptr<Connection> connection);

    // On its own thread only:
    void adopt(std::shared_ptr<Connection> connection);
    void forget(Connection& connection);
    void drain();

    const std::shared_ptr<Shared> shared;
    asio::io_context context{1};
    Counters counters;
    Millis now = 0;          // as of the last sweep
    std::string date;

private:
    void sweep();
    void arm_sweep();
    void flush_dirty();
    void tell_answers();

    struct Told {
        std::shared_ptr<Connection> connection;
        std::uint64_t number;
        Response response;
    };

    Timer sweep_timer_{context};
    Timer flush_timer_{context};
    std::vector<std::shared_ptr<Connection>> connections_;
    std::mutex mutex_;
    bool stopped_ = false;
    bool flush_armed_ = false;
    std::vector<std::shared_ptr<Connection>> dirty_;
    std::vector<Told> told_;
    bool telling_ = false;
};

}  // namespace lastmile::http
