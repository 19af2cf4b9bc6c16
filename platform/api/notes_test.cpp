#include "platform/api/notes_test.hpp"

#include <atomic>

#include "platform/base/reasons.hpp"
#include "platform/schema/codec.hpp"

namespace lastmile::api_test {

using namespace api;

struct GetNote {
    Id<Note> note_id;
};
LASTMILE_VALUE(GetNote, (note_id))
LASTMILE_DOC(GetNote, "Which note.", {"note_id", "ours"})

struct ListNotes {
    std::optional<Text<1, 20>> text;
    Limit limit;
    std::optional<Cursor> cursor;
};
LASTMILE_VALUE(ListNotes, (text, limit, cursor))
LASTMILE_DEFAULTS(ListNotes, (limit))
LASTMILE_DOC(ListNotes, "Which notes.", {"text", "only these words"}, {"limit", "how many"}, {"cursor", "where to go on"})

struct CreateNote {
    Text<1, 20> text;
    std::optional<Email> mail;
    Query<std::optional<bool>> twice;
};
LASTMILE_VALUE(CreateNote, (text, mail, twice))
LASTMILE_DOC(CreateNote, "A new note.", {"text", "the words", "hello"}, {"mail", "whom to tell"}, {"twice", "fail after writing"})

struct ChangeNote {
    Id<Note> note_id;
    std::optional<Text<1, 20>> text;
    Patch<Email> mail;
};
LASTMILE_VALUE(ChangeNote, (note_id, text, mail))
LASTMILE_DOC(ChangeNote, "What to change.", {"note_id", "ours"}, {"text", "the words"}, {"mail", "whom to tell; null for nobody"})

struct Upload {
    Raw body;
};
LASTMILE_VALUE(Upload, (body))
LASTMILE_DOC(Upload, "Bytes.", {"body", "as they are"})

const store::Table<Note> notes("notes");

Result<Reply<Note>> get_note(store::Read& read, const Call&, const GetNote& r) {
    auto note = notes.one(read, "partition = $1 and id = $2", {r.note_id});
    if (!note) return refuse(reasons::not_found, "No such note.");
    return *note;
}
Result<Reply<Page<Note>>> list_notes(store::Read& read, const Call&, const ListNotes& r) {
    const auto after = r.cursor ? Id<Note>::parse(r.cursor->key) : std::nullopt;
    auto found = after ? notes.all(read, "partition = $1 and id < $2 order by id desc limit $3", {*after, r.limit + 1})
                       : notes.all(read, "partition = $1 order by id desc limit $2", {r.limit + 1});
    return page_of(std::move(found), r.limit, [](const Note& n) { return n.id.text(); });
}
Result<Reply<Note>> create_note(store::Tx& tx, const Call&, const CreateNote& r) {
    Note note{tx.new_id<Note>(), 1, r.text, r.mail};
    notes.insert(tx.bookkeeping(), note);
    if (r.twice.value.value_or(false)) return refuse(reasons::conflict, "Asked to fail.");
    if (r.text == "boom") throw std::runtime_error("secret internals");
    return Reply(note).created("/v1/notes/" + note.id.text());
}
Result<Reply<Note>> change_note(store::Tx& tx, const Call&, const ChangeNote& r) {
    auto note = notes.lock_one(tx, "partition = $1 and id = $2", {r.note_id});
    if (!note) return refuse(reasons::not_found, "No such note.");
    if (r.text) note->text = *r.text;
    r.mail.onto(note->mail);
    ++note->version;
    notes.update(tx.bookkeeping(), *note, note->version - 1);
    return *note;
}
std::optional<std::int64_t> note_version(store::Tx& tx, const Call&, const ChangeNote& r) {
    auto note = notes.lock_one(tx, "partition = $1 and id = $2", {r.note_id});
    return note ? std::optional(note->version) : std::nullopt;
}
Result<Reply<Nothing>> remove_note(store::Tx& tx, const Call&, const GetNote& r) {
    notes.remove_any(tx.bookkeeping(), "partition = $1 and id = $2", {r.note_id});
    return Nothing{};
}

struct Prepared {
    std::string text;
};
std::atomic<int> prepared_times{0};
Result<Prepared> look_up(const Call&, const CreateNote& r) {
    ++prepared_times;
    if (r.text == "nowhere") return refuse(reasons::invalid, "Nothing was found.");
    return Prepared{std::string(r.text) + "!"};
}
Result<Reply<Note>> create_prepared(store::Tx& tx, const Call&, const CreateNote&, const Prepared& p) {
    Note note{tx.new_id<Note>(), 1, p.text, {}};
    notes.insert(tx.bookkeeping(), note);
    return Reply(note).created("/v1/notes/" + note.id.text());
}

Result<Claimed<Note, Prepared>> claim_note(store::Tx& tx, const Call& call, const CreateNote& r) {
    Note note{{*call.run_id}, 1, "claimed", {}};
    notes.upsert(tx.bookkeeping(), note);
    if (r.text == "done") return Claimed<Note, Prepared>{.reply = Reply(note).accepted("/v1/notes/" + note.id.text())};
    return Claimed<Note, Prepared>{.work = Prepared{std::string(r.text)}};
}
Result<Prepared> work_note(const Call&, const CreateNote&, const Prepared& claimed) { return Prepared{claimed.text + " worked"}; }
Result<Reply<Note>> finish_note(store::Tx& tx, const Call& call, const CreateNote&, const Prepared&, const Prepared& done) {
    Note note{{*call.run_id}, 2, done.text, {}};
    notes.update(tx.bookkeeping(), note, 1);
    return Reply(note).with_status(200).at("/v1/notes/" + note.id.text());
}

Result<Reply<Raw>> upload(store::Tx&, const Call&, const Upload& r) { return Raw{r.body.content_type + "|" + r.body.bytes, "text/plain"}; }
Result<Reply<Note>> secret(store::Tx& tx, const Call&, const NoInput&) { return Reply(Note{tx.new_id<Note>(), 1, "psst", {}}).shown_once(); }
Result<Reply<Note>> shown(store::Read&, const Call&, const NoInput&) { return Reply(Note{{}, 3, "public", Email("a@b.de")}); }
Result<Partition> anywhere(const Call&, const NoInput&) { return Partition{1}; }
void take(const Call&, std::shared_ptr<const CreateNote> r, Answered<Nothing> then) {
    if (r->text == "full") then(refuse(reasons::overloaded, "The sink is full."));
    else then(Nothing{});
}
void open_stream(const Call& call, const NoInput&, Opening opening) {
    if (call.has("no stream")) opening.refuse({&reasons::conflict, "Not now.", {}, {}});
    else opening.events();
}

Endpoints note_endpoints() {
    return {
        reads("GET /v1/notes", "notes:read", list_notes, {.summary = "List notes", .tag = "Notes"}),
        writes("POST /v1/notes", "notes:write", create_note, {.summary = "Create", .tag = "Notes", .refuses = {reasons::conflict}, .status = 201}),
        prepares("POST /v1/notes/prepared", "notes:write", look_up, create_prepared, {.summary = "Create prepared", .tag = "Notes", .status = 201}),
        runs("POST /v1/notes/run", "notes:write", claim_note, work_note, finish_note, {.summary = "Run", .tag = "Notes", .also = {202}}),
        reads("GET /v1/notes/{noteId}", Scope("notes:read") | "driver:self", get_note,
              {.summary = "Get", .tag = "Notes", .refuses = {reasons::not_found}, .aliases = {"/v1/note/{noteId}"}, .log_view = true}),
        guarded(note_version, writes("PATCH /v1/notes/{noteId}", "notes:write", change_note, {.summary = "Change", .tag = "Notes"})),
        writes("DELETE /v1/notes/{noteId}", "notes:write", remove_note, {.summary = "Remove", .tag = "Notes"}),
        writes("POST /v1/uploads", "notes:write", upload, {.summary = "Upload", .tag = "Notes", .max_body = 100}),
        writes("POST /v1/secrets", "notes:write", secret, {.summary = "Secret", .tag = "Notes"}),
        placed(anywhere, reads("GET /v1/public", Scope::none(), shown, {.summary = "Public", .tag = "Notes"})),
        ingests("POST /v1/pings", "notes:write", take, {.summary = "Ping", .tag = "Notes"}),
        streams("GET /v1/stream", Scope::any(), open_stream, {.summary = "Stream", .tag = "Notes"}),
    };
}

std::string Told::code() const {
    auto parsed = schema::parse_json(body);
    if (!parsed || !parsed->is_object() || !parsed->get_object().contains("code")) return "no problem: " + body;
    return std::string(parsed->at("code").as_string());
}

void FixedAuthenticator::authenticate(std::shared_ptr<const http::Request> request, Then then) {
    std::string given(request->header("authorization"));
    const auto found = given.starts_with("Bearer ") ? callers.find(given.substr(7)) : callers.end();
    if (found == callers.end()) return then(refuse(reasons::unauthenticated, "Not known."));
    then(found->second);
}

void PipelineTest::SetUp() {
    if (GetParam() == "postgresql" && !store::testing::postgres_available()) GTEST_SKIP() << "postgresql-15 is not installed";
    database = std::make_unique<store::testing::Database>(GetParam());
    store = store::open(database->options);
    live = store::ensure_partition(*store, {"acme", false});
    store->run(live, {}, [](store::Tx& tx) {
        tx.bookkeeping().write_any(store::SystemSql("create table notes (partition bigint not null, id bytea not null, version bigint not null, text text not null, "
                                                    "mail text, primary key (partition, id))"), {});
    });
    Caller owner{.partition = live, .tenant = "acme", .actor = {"key", "key_1", {}}, .credential = "key_1", .scopes = {"notes:read", "notes:write"}};
    authenticator.callers["owner"] = owner;
    authenticator.callers["other"] = owner, authenticator.callers["other"].credential = "key_2";
    authenticator.callers["reader"] = owner, authenticator.callers["reader"].scopes = {"notes:read"}, authenticator.callers["reader"].credential = "key_3";
    authenticator.callers["driver"] = owner;
    authenticator.callers["driver"].scopes = {"driver:self"}, authenticator.callers["driver"].view = schema::View::driver;
    rebuild();
}

void PipelineTest::TearDown() {
    pipeline.reset();
    if (store) store->close();
}

LASTMILE_EACH_STORE(PipelineTest);

void PipelineTest::rebuild(Settings settings) {
    settings.clock = [this] { return clock; };
    pipeline.reset();
    pipeline = std::make_unique<Pipeline>(note_endpoints(), Seams{*store, authenticator, services, random, metrics,
                                                                     [this](Partition, std::int64_t position, std::chrono::milliseconds) { return waited_for = position; }},
                                          std::move(settings));
}

Told PipelineTest::ask(std::string_view line, std::string body, std::vector<std::pair<std::string, std::string>> headers) {
    http::Request request;
    request.method = line.substr(0, line.find(' '));
    request.target = line.substr(line.find(' ') + 1);
    request.path = request.target.substr(0, request.target.find('?'));
    if (const auto mark = request.target.find('?'); mark != std::string::npos) request.query = request.target.substr(mark + 1);
    request.headers = std::move(headers);
    if (!request.has("authorization")) request.headers.emplace_back("authorization", "Bearer owner");
    std::erase_if(request.headers, [](const auto& h) { return h.second.empty(); });
    request.body = std::move(body);
    request.peer = "192.0.2.1";
    auto answers = std::make_shared<Answers>();
    pipeline->handle(std::move(request), answers);
    const auto response = answers->wait();
    Told told{response.status, {}, response.body};
    for (const auto& [name, value] : response.headers) {
        std::string low(name);
        std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return std::tolower(c); });
        EXPECT_FALSE(told.headers.contains(low)) << low << " stands twice";
        told.headers[low] = value;
    }
    return told;
}

std::string PipelineTest::create(std::string text) {
    const auto made = ask("POST /v1/notes", "{\"text\":\"" + text + "\"}");
    EXPECT_EQ(made.status, 201) << made.body;
    return made.headers.at("location");
}

}  // namespace lastmile::api_test
