package live

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"
	"time"

	"runnertape"
	"runnertape/store"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// recorder writes a recording and answers readers.
type recorder struct {
	*store.Writer
	t      testing.TB
	path   string
	server *Server
}

// record begins a recording, which the test must end or kill.
func record(t testing.TB) *recorder {
	t.Helper()
	return recordAt(t, filepath.Join(t.TempDir(), "recording.db"))
}

func recordAt(t testing.TB, path string) *recorder {
	t.Helper()
	w, err := store.Create(path, runnertape.Recording{Created: time.Unix(1, 2).UTC(), Upstream: "http://gitlab.example"})
	must(t, err)
	s, err := Serve(path, w.Reader(), w.Committed)
	must(t, err)
	return &recorder{w, t, path, s}
}

func (r *recorder) end() {
	r.t.Helper()
	must(r.t, r.server.End(r.Writer.Close))
}

// kill leaves the file and the socket as kill -9 does: whoever is connected is cut off.
func (r *recorder) kill() {
	r.t.Helper()
	must(r.t, r.Writer.Close()) // the lock goes first, so that the test needs no patience with the store
	r.server.http.Close()
	close(r.server.ending)
	close(r.server.released)
	r.server.ended.Wait()
}

// put commits exchanges.
func (r *recorder) put(state runnertape.State, ids ...uint64) {
	r.t.Helper()
	for _, id := range ids {
		must(r.t, r.Put(exchange(id, state)))
	}
	must(r.t, r.Commit())
}

// body puts an exchange with a body.
func (r *recorder) body(id uint64, content []byte) {
	r.t.Helper()
	must(r.t, r.Put(exchange(id, runnertape.InFlight)))
	must(r.t, r.Write(id, runnertape.RequestSide, content))
	r.put(runnertape.Done, id)
}

func (r *recorder) open() *Reader {
	r.t.Helper()
	reader, err := Open(r.path, r.file)
	must(r.t, err)
	r.t.Cleanup(func() { reader.Close() })
	return reader
}

func (r *recorder) file() (File, error) { return store.Open(r.path) }

func exchange(id uint64, state runnertape.State) *runnertape.Exchange {
	x := &runnertape.Exchange{
		ID: id, State: state, Way: runnertape.Reverse, Scheme: "http", Host: "gitlab.example",
		Started: time.Unix(int64(id), 123456789).UTC(),
		Request: runnertape.Request{Method: "PUT", Target: "/api/v4/jobs/1", Header: runnertape.Header{{Name: "Host", Value: "gitlab.example"}}},
	}
	if state == runnertape.Done {
		x.Ended = x.Started.Add(time.Second)
		x.Response = &runnertape.Response{Status: 200}
		x.Decoded = &runnertape.Decoded{Endpoint: "update_job", JobID: 1, Message: []byte(`{"a":"<&>"}`)}
	}
	return x
}

// ids are those of a scan.
func ids(t testing.TB, source Source, first uint64) []uint64 {
	t.Helper()
	var found []uint64
	for x, err := range source.ExchangesFrom(first) {
		must(t, err)
		found = append(found, x.ID)
	}
	return found
}

func content(t testing.TB, source Source, id uint64) []byte {
	t.Helper()
	b, err := source.BodyAt(id, runnertape.RequestSide, 0)
	must(t, err)
	defer b.Close()
	all, err := io.ReadAll(b)
	must(t, err)
	return all
}

// pattern is n bytes that are nowhere alike.
func pattern(n int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < n; i++ {
		b.WriteString(time.Unix(int64(i), 0).UTC().Format(time.RFC3339))
	}
	return b.Bytes()[:n]
}
