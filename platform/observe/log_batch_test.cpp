#include "platform/observe/log_batch.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

namespace lastmile::observe {
namespace {

struct Pipe {
    int ends[2] = {-1, -1};
    Pipe() { EXPECT_EQ(::pipe(ends), 0); }
    ~Pipe() {
        ::close(ends[0]);
        if (ends[1] >= 0) ::close(ends[1]);
    }
    void close_writing() { ::close(std::exchange(ends[1], -1)); }
};

std::string lost_lines(std::uint64_t lost) { return "lost " + std::to_string(lost); }

TEST(LogBatch, WritesEveryLineOfEveryThreadOnceAndInItsOrder) {
    Pipe pipe;
    std::string out;
    std::thread reader([&, from = pipe.ends[0]] {
        char bytes[65536];
        for (ssize_t count; (count = ::read(from, bytes, sizeof bytes)) > 0;) out.append(bytes, static_cast<std::size_t>(count));
    });
    {
        LogBatch batch(pipe.ends[1], lost_lines);
        std::vector<std::thread> writers;
        for (int w = 0; w < 4; ++w)
            writers.emplace_back([&batch, w] {
                for (int i = 0; i < 5000; ++i) batch.add(std::to_string(w) + " " + std::to_string(i), i % 1000 == 0);
            });
        for (auto& writer : writers) writer.join();
    }
    pipe.close_writing();
    reader.join();
    int next[4] = {0, 0, 0, 0};
    std::istringstream lines(out);
    for (int w = 0, i = 0; lines >> w >> i;) ASSERT_EQ(i, next[w]++) << w;
    for (const int count : next) EXPECT_EQ(count, 5000);
}

TEST(LogBatch, AStuckReaderCostsLinesAndIsTold) {
    Pipe pipe;
    std::string out;
    {
        LogBatch batch(pipe.ends[1], lost_lines);
        const std::string line(1000, 'x');
        for (int i = 0; i < 10'000; ++i) batch.add(line, true);  // ten megabytes, which nobody reads, and this thread goes on
        std::thread reader([&, from = pipe.ends[0]] {
            char bytes[65536];
            for (ssize_t count; (count = ::read(from, bytes, sizeof bytes)) > 0;) out.append(bytes, static_cast<std::size_t>(count));
        });
        batch.flush();
        batch.add("and on", true);
        batch.flush();
        pipe.close_writing();
        reader.join();
    }
    const auto at = out.find("lost ");
    ASSERT_NE(at, std::string::npos);
    const auto lost = std::stoi(out.substr(at + 5));
    EXPECT_EQ(std::count(out.begin(), out.end(), 'x') / 1000 + lost, 10'000);
    EXPECT_NE(out.find("and on\n"), std::string::npos);
}

TEST(LogBatch, FlushWaitsUntilAllIsWritten) {
    Pipe pipe;
    LogBatch batch(pipe.ends[1], lost_lines);
    for (int round = 0; round < 20; ++round) {
        batch.add("line", false);
        batch.flush();
        char bytes[16];
        ASSERT_EQ(::read(pipe.ends[0], bytes, sizeof bytes), 5);
    }
}

}  // namespace
}  // namespace lastmile::observe
