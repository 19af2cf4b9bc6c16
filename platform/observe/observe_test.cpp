#include <gtest/gtest.h>

#include <thread>

#include "platform/observe/health.hpp"
#include "platform/observe/log.hpp"
#include "platform/observe/metrics.hpp"

namespace lastmile::observe {
namespace {

class LogTest : public testing::Test {
protected:
    std::vector<std::string> lines;
    void start(Level level, LogOptions::Form form) {
        configure_log({level, form, [this](std::string_view line) { lines.emplace_back(line); }});
    }
    void TearDown() override { configure_log({}); }
    /// Without the time, which differs.
    std::string json(std::size_t i) { return lines.at(i).substr(lines.at(i).find(",\"level\"") + 1); }
};

TEST_F(LogTest, WritesOneJsonLineAFact) {
    start(Level::info, LogOptions::Form::json);
    info("delivery created", {{"id", "dlv_1"}, {"packages", 3}, {"ratio", 0.5}, {"urgent", true}, {"bytes", std::size_t{7}}});
    debug("not shown");
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(json(0), R"("level":"info","message":"delivery created","id":"dlv_1","packages":3,"ratio":0.5,"urgent":true,"bytes":7})");
    EXPECT_EQ(lines[0].find("{\"time\":\"2"), 0u);
    EXPECT_EQ(lines[0].substr(32, 1), "Z");
}

TEST_F(LogTest, HidesPeopleAndSecrets) {
    start(Level::debug, LogOptions::Form::json);
    warn("x", {{"phone", Pii{"+491701234567"}},
               {"name", Pii{"Änne Müller"}},
               {"short", Pii{"ab"}},
               {"none", Pii{""}},
               {"key", Secret{"lm_live_x"}}});
    EXPECT_EQ(json(0), R"("level":"warn","message":"x","phone":"+…","name":"Ä…","short":"…","none":"","key":"***"})");
    start(Level::debug, LogOptions::Form::pretty);
    warn("x", {{"phone", Pii{"+491701234567"}}, {"key", Secret{"lm_live_x"}}});
    EXPECT_EQ(lines[1].substr(13), " warn  x  phone=\"+…\"  key=\"***\"");
}

TEST_F(LogTest, NoInputBreaksTheLine) {
    start(Level::debug, LogOptions::Form::json);
    error("a\nb", {{"evil", "\"}\n{\"level\":\"info\\"}, {"bytes", "\xff\xc3(\xe2\x82"}, {"fine", "€😀"}});
    EXPECT_EQ(
        json(0),
        R"("level":"error","message":"a\u000ab","evil":"\"}\u000a{\"level\":\"info\\","bytes":"\u00ff\u00c3(\u00e2\u0082","fine":"€😀"})");
    start(Level::debug, LogOptions::Form::pretty);
    error("a\nb", {{"evil", "x\ny"}});
    EXPECT_EQ(lines[1].find('\n'), std::string::npos);
}

TEST(Metrics, CountsFromManyThreads) {
    Metrics metrics;
    auto& counter = metrics.counter("requests_total", "Requests.", {{"method", "GET"}});
    auto& histogram = metrics.histogram("latency_seconds", "Latency.", {0.1, 1});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 10'000; ++i) {
                counter.add();
                histogram.observe(0.5);
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(counter.value(), 40'000u);
    EXPECT_EQ(histogram.counts(), (std::vector<std::uint64_t>{0, 40'000, 0}));
    EXPECT_EQ(&counter, &metrics.counter("requests_total", "", {{"method", "GET"}}));
}

TEST(Metrics, SpeakThePrometheusTextFormat) {
    Metrics metrics;
    metrics.counter("b_total", "Two\nlines.", {{"path", "/a\"b\\c\n"}}).add(3);
    metrics.gauge("a", "A gauge.").set(-1.5);
    auto& histogram = metrics.histogram("h", "H.", {0.1, 1}, {{"k", "v"}});
    histogram.observe(0.1);   // a bound belongs to its bucket
    histogram.observe(0.5);
    histogram.observe(5);
    int filled = 0;
    metrics.before_scrape([&] { metrics.gauge("filled", "F.").set(++filled); });
    EXPECT_EQ(
        metrics.text(),
        "# HELP a A gauge.\n# TYPE a gauge\na -1.5\n"
        "# HELP b_total Two\\nlines.\n# TYPE b_total counter\nb_total{path=\"/a\\\"b\\\\c\\n\"} 3\n"
        "# HELP filled F.\n# TYPE filled gauge\nfilled 1\n"
        "# HELP h H.\n# TYPE h histogram\nh_bucket{k=\"v\",le=\"0.1\"} 1\nh_bucket{k=\"v\",le=\"1\"} 2\nh_bucket{k=\"v\",le=\"+Inf\"} 3\n"
        "h_sum{k=\"v\"} 5.6\nh_count{k=\"v\"} 3\n");
}

TEST(Metrics, LabelsFromOutsideCannotFillTheMemory) {
    Metrics metrics;
    for (int i = 0; i < 5000; ++i) metrics.counter("c", "C.", {{"key", std::to_string(i)}}).add();
    EXPECT_EQ(metrics.counter("c", "C.", {{"key", "other"}}).value(), 4000u);
    EXPECT_THROW(metrics.gauge("c", "C."), std::logic_error);
    EXPECT_THROW(metrics.gauge("1c", "C."), std::logic_error);
}

TEST(Metrics, KnowTheProcess) {
    Metrics metrics;
    add_process_metrics(metrics);
    metrics.text();
    EXPECT_GT(metrics.gauge("process_resident_memory_bytes", "").value(), 1e6);
    EXPECT_GT(metrics.gauge("process_open_fds", "").value(), 2);
    EXPECT_GE(metrics.gauge("process_threads", "").value(), 1);
}

TEST(Health, IsReadyWhenNothingVitalIsDown) {
    Health health;
    health.expect("store", true);
    health.expect("geocoder", false);
    EXPECT_FALSE(health.ready());
    health.report("store", Condition::ok, from_unix_ms(1000), "", std::chrono::milliseconds(3));
    EXPECT_TRUE(health.ready());
    EXPECT_EQ(health.overall(), Condition::degraded);
    health.report("geocoder", Condition::ok, from_unix_ms(1000));
    EXPECT_EQ(health.overall(), Condition::ok);
    health.report("store", Condition::down, from_unix_ms(2000), "disk full");
    EXPECT_FALSE(health.ready());
    const auto store = health.all().at(1);
    EXPECT_EQ(store.name, "store");
    EXPECT_EQ(store.last_success, from_unix_ms(1000));
    EXPECT_EQ(store.reported, from_unix_ms(2000));
    EXPECT_EQ(store.detail, "disk full");
}

}  // namespace
}  // namespace lastmile::observe
