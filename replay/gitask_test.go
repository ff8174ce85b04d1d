package replay

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// pkts frames lines; "" is a flush, "|" a delimiter.
func pkts(lines ...string) string {
	var b strings.Builder
	for _, line := range lines {
		switch line {
		case "":
			b.WriteString("0000")
		case "|":
			b.WriteString("0001")
		default:
			fmt.Fprintf(&b, "%04x%s", len(line)+4, line)
		}
	}
	return b.String()
}

func mustAsk(t *testing.T, body, coding string) *ask {
	t.Helper()
	a, err := readAsk(strings.NewReader(body), coding)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAskDistance(t *testing.T) {
	fetch := func(agent string, lines ...string) string {
		return pkts(append([]string{"command=fetch", "agent=" + agent, "object-format=sha1", "|", "thin-pack", "ofs-delta"}, append(lines, "")...)...)
	}
	recorded := mustAsk(t, fetch("git/2.30", "want a\n", "want b\n", "deepen 20\n", "done\n"), "")
	if !recorded.v2 || !recorded.done || len(recorded.wants) != 2 || recorded.awaitsReady() {
		t.Errorf("read %+v", recorded)
	}
	for _, c := range []struct {
		name, body string
		same, fits bool
	}{
		{"another git", fetch("git/2.50", "want b\n", "want a\n", "deepen 20\n", "done\n"), true, true},
		{"no line ends", fetch("git/2.50", "want b", "want a", "deepen 20", "done"), true, true},
		{"shallower", fetch("git/2.50", "want a\n", "want b\n", "deepen 1\n", "done\n"), false, true},
		{"has something", fetch("git/2.50", "want a\n", "want b\n", "deepen 20\n", "have c\n"), false, true},
		{"another commit", fetch("git/2.50", "want x\n", "deepen 20\n", "done\n"), false, true},
		{"another command", pkts("command=ls-refs", "|", "ref-prefix refs/heads/", ""), false, false},
		{"older protocol", pkts("want a multi_ack side-band-64k agent=git/1.9\n", "want b\n", "deepen 20\n", "", "done\n"), false, false},
	} {
		d := mustAsk(t, c.body, "").distance(recorded)
		if (d == 0) != c.same || (d < unfit) != c.fits {
			t.Errorf("%s: distance %d", c.name, d)
		}
	}
	near := mustAsk(t, fetch("g", "want a\n", "want b\n", "deepen 1\n", "done\n"), "").distance(recorded)
	far := mustAsk(t, fetch("g", "want x\n", "deepen 20\n", "done\n"), "").distance(recorded)
	if near >= far {
		t.Errorf("another depth (%d) is further than another commit (%d)", near, far)
	}
}

func TestReadAsk(t *testing.T) {
	old := mustAsk(t, pkts("want a multi_ack agent=x\n", "want b\n", "shallow c\n", "deepen 1\n", "", "have d\n", "done\n"), "")
	if old.command != "fetch" || old.v2 || !old.wants["a"] || !old.wants["b"] || !old.haves["d"] || !old.limits["shallow c"] || !old.done {
		t.Errorf("protocol 0: %+v", old)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(pkts("command=ls-refs", "|", "peel", "ref-prefix HEAD", "")))
	z.Close()
	if refs := mustAsk(t, b.String(), "gzip"); refs.command != "ls-refs" || !refs.refs["ref-prefix HEAD"] {
		t.Errorf("packed: %+v", refs)
	}
	if probe := mustAsk(t, "0000", ""); !probe.empty() {
		t.Errorf("probe: %+v", probe)
	}
	for name, body := range map[string]string{"cut head": "00", "cut line": "0010comm", "no length": "zzzzabc"} {
		if _, err := readAsk(strings.NewReader(body), ""); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := readAsk(strings.NewReader("x"), "gzip"); err == nil {
		t.Error("no gzip: no error")
	}
	if _, err := readAsk(strings.NewReader("x"), "br"); err == nil {
		t.Error("br: no error")
	}
}

func FuzzReadAsk(f *testing.F) {
	f.Add(pkts("command=fetch", "|", "want a", "done", ""))
	f.Add("0000")
	f.Add("ffff")
	f.Fuzz(func(t *testing.T, body string) {
		a, err := readAsk(strings.NewReader(body), "")
		if err == nil && a.command != "" && a.distance(a) != 0 {
			t.Errorf("not the same as itself: %+v", a)
		}
	})
}

// Of long requests few are held at once, as each takes many times its length; short ones go by.
func TestLargeAsks(t *testing.T) {
	tape := NewTape("http://gitlab.example").Add(
		Take{Method: "POST", URL: "/grp/proj.git/git-upload-pack", Header: []string{"Git-Protocol", "version=2"}, Body: pkts("command=fetch", "|", "want a", "done", ""), Status: 200, Content: "pack a"},
	)
	held := holding{entered: make(chan struct{}, 9), release: make(chan struct{}), most: new(atomic.Int64), now: new(atomic.Int64)}
	r, err := New(tape, Options{Rebuild: func([]GitAnswer) (Repository, error) { return held, nil }})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(lines int) said {
		body := "0012command=fetch0001" + strings.Repeat(pkts("have "+strings.Repeat("0", 40)), lines) + "0000"
		return r.ask("POST", "/grp/proj.git/git-upload-pack", body, "Authorization", "Basic eDp5")
	}
	var all sync.WaitGroup
	for range 3 * maxLargeAsks {
		all.Go(func() { ask(maxSmallAsk/49+1).want(t, 200) })
	}
	for range maxLargeAsks {
		<-held.entered
	}
	ask(1).want(t, 200)
	close(held.release)
	all.Wait()
	if most := held.most.Load(); most != maxLargeAsks {
		t.Errorf("%d long requests were held at once", most)
	}
	body := "0012command=fetch0001" + strings.Repeat(pkts("have "+strings.Repeat("0", 40)), maxAsk/49) + "0000"
	r.ask("POST", "/grp/proj.git/git-upload-pack", body, "Authorization", "Basic eDp5").want(t, 413)
}

// holding is a repository that holds what answers long requests until it is released.
type holding struct {
	entered, release chan struct{}
	most, now        *atomic.Int64
}

func (h holding) Refs(context.Context, int64, string, io.Writer) error { return nil }

func (h holding) Pack(_ context.Context, _ int64, _ string, ask []byte, _ io.Writer) (string, error) {
	if len(ask) < maxSmallAsk {
		return "", nil
	}
	h.most.Store(max(h.most.Load(), h.now.Add(1))) // two at once may lose one, never add one
	defer h.now.Add(-1)
	h.entered <- struct{}{}
	<-h.release
	return "", nil
}
