package findings_test

import (
	"bufio"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
)

// play is one file of testdata: a comment, exchanges in short form, and what is
// found in them.
type play struct {
	comment, script, want string
	exchanges             []*runnertape.Exchange
}

// began is 0s of a play.
var began = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func readPlay(t testing.TB, name string) *play {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	comment, rest, ok := strings.Cut(string(data), "-- exchanges --\n")
	if !ok {
		t.Fatalf("%s has no exchanges", name)
	}
	script, want, _ := strings.Cut(rest, "-- findings --\n")
	p := &play{comment: comment, script: script, want: want}
	p.perform(t)
	return p
}

func (p *play) write(t testing.TB, name, found string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(p.comment+"-- exchanges --\n"+p.script+"-- findings --\n"+found), 0o644); err != nil {
		t.Fatal(err)
	}
}

// perform makes the exchanges of a script:
//
//	runner VERSION [TOKEN [SYSTEM_ID]]          who speaks from here on
//	TIME METHOD TARGET [WORDS] → ANSWER [WORDS] one exchange; lines that begin with a tab are parts of it
//	TIME end                                    the recording goes on so long: an empty request of nobody
//		> Name: value                           a field of the request
//		< Name: value                           a field of the answer
//		> {…}                                   body of the request, also [ and "…" (a Go string)
//		< {…}                                   body of the answer; "sample NAME" is that of decode's sample
//
// TARGET is a path at https://gitlab.test, or an URL. Words before the arrow say what is
// usual: of a PATCH START+BYTES, of a PUT its state and size=, reason=, exit=, of an upload its type, file and bytes,
// of any body blanks=BYTES behind it, and announced=BYTES of which none came. ANSWER is a status, "nothing", "ours", or "open" for an
// exchange in flight; "in TIME" says when it came, "job=ID" which job a 201 hands out,
// "cut" that it broke off, "client" or "upstream" who broke the exchange off.
func (p *play) perform(t testing.TB) {
	t.Helper()
	a := &actor{t: t, decoder: decode.NewDecoder("https://gitlab.test"), token: "glrt-t1_aaaaaaaaaaaaaaaaa", systemID: "s_0123456789ab", version: "17.9.0", tokens: map[int64]string{}}
	lines := bufio.NewScanner(strings.NewReader(p.script))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		switch part, isPart := strings.CutPrefix(line, "\t"); {
		case line == "" || line[0] == '#':
		case isPart:
			a.part(part)
		case strings.HasPrefix(line, "runner "):
			a.flush(p)
			a.become(strings.Fields(line)[1:])
		default:
			a.flush(p)
			a.begin(line)
		}
	}
	a.flush(p)
}

// actor makes one exchange after the other.
type actor struct {
	t                        testing.TB
	decoder                  *decode.Decoder
	version, token, systemID string
	tokens                   map[int64]string // of jobs
	ids                      uint64

	x      *runnertape.Exchange // being made
	bodies decode.Bodies
	sent   int64 // bytes of request body beyond bodies
	job    string
}

func (a *actor) become(words []string) {
	a.version = words[0]
	if len(words) > 1 {
		a.token = words[1]
	}
	a.systemID = "s_0123456789ab"
	if len(words) > 2 {
		a.systemID = words[2]
	}
}

func (a *actor) at(word string) time.Time {
	a.t.Helper()
	d, err := time.ParseDuration(word)
	if err != nil {
		a.t.Fatal(err)
	}
	return began.Add(d)
}

var urlForm = regexp.MustCompile(`^(https?)://([^/]+)(/.*)$`)

func (a *actor) begin(line string) {
	a.t.Helper()
	asked, answered, _ := strings.Cut(line, " → ")
	words := strings.Fields(asked)
	a.ids++
	a.x = &runnertape.Exchange{
		ID: a.ids, State: runnertape.Done, Way: runnertape.Forward, Scheme: "https", Host: "gitlab.test", Client: "192.0.2.7:4000",
		Started: a.at(words[0]),
	}
	x := a.x
	a.bodies, a.sent, a.job = decode.Bodies{}, 0, "42"
	if words[1] == "end" {
		words, answered = []string{"", "GET", "/"}, "200"
	}
	x.Request.Method, x.Request.Target, x.Request.Proto = words[1], words[2], "HTTP/1.1"
	if u := urlForm.FindStringSubmatch(words[2]); u != nil {
		x.Scheme, x.Host, x.Request.Target = u[1], u[2], u[3]
	}
	x.Request.Header = runnertape.Header{{Name: "Host", Value: x.Host}, {Name: "User-Agent", Value: "gitlab-runner " + a.version + " (main; go1.26; linux/amd64)"}}
	x.Request.Body.Framing = runnertape.NoBody
	a.ask(words[3:])
	a.answer(strings.Fields(answered))
}

// set replaces or adds a field.
func (a *actor) set(side, name, value string) {
	h := &a.x.Request.Header
	if side == "<" {
		h = &a.x.Response.Header
	}
	for i := range *h {
		if strings.EqualFold((*h)[i].Name, name) {
			(*h)[i].Value = value
			return
		}
	}
	*h = append(*h, runnertape.Field{Name: name, Value: value})
}

// part is a line below an exchange.
func (a *actor) part(line string) {
	a.t.Helper()
	side, rest, _ := strings.Cut(line, " ")
	body := &a.bodies.Request
	if side == "<" {
		body = &a.bodies.Response
	}
	switch name, value, ok := strings.Cut(rest, ": "); {
	case strings.HasPrefix(rest, "sample "):
		*body = sampleBody(a.t, rest[len("sample "):])
	case strings.HasPrefix(rest, `"`):
		text, err := strconv.Unquote(rest)
		if err != nil {
			a.t.Fatal(rest, err)
		}
		*body = []byte(text)
	case strings.ContainsAny(rest[:1], "{["):
		*body = []byte(rest)
	case ok || strings.HasSuffix(rest, ":"):
		a.set(side, strings.TrimSuffix(name, ":"), value)
	default:
		a.t.Fatalf("line %q is no field and no body", line)
	}
}

// sampleBody is the body of the first answer of one of decode's samples.
func sampleBody(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../decode/testdata/request_job/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "-- response")
	_, rest, _ = strings.Cut(rest, "\n\n")
	body, _, _ := strings.Cut(rest, "\n-- decoded")
	return []byte(body)
}

// flush ends the exchange that is being made.
func (a *actor) flush(p *play) {
	x := a.x
	if x == nil {
		return
	}
	if n := int64(len(a.bodies.Request)) + a.sent; n > 0 {
		x.Request.Body.Framing, x.Request.Body.Bytes = runnertape.Length, n
		x.Request.Body.Declared = n
		x.Request.Body.Stored = n
	}
	if x.Response != nil {
		x.Response.Body.Framing, x.Response.Body.Bytes = runnertape.Length, int64(len(a.bodies.Response))
	}
	if x.State == runnertape.Done {
		var m decode.Message
		x.Decoded, m = a.decoder.Decode(x, a.bodies)
		if m, ok := m.(*decode.RequestJobMessage); ok && m.Job != nil {
			a.tokens[m.Job.ID] = m.Job.Token
		}
	}
	p.exchanges = append(p.exchanges, x)
	a.x = nil
}
