package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"runnertape"
	"runnertape/decode"
	"runnertape/fixtures/planted"
)

// everywhere looks for what is left of secrets in all that was made of the session.
func (p *proof) everywhere() {
	p.Helper()
	all := p.session.Finder(nil)
	p.clean(all, "what the recorder says", []byte(p.said))
	p.files(all)
	p.kept(all)
	for _, view := range p.views() {
		name, out := p.view(view...)
		p.clean(all, name, out)
	}
	p.files(all) // also what was made of it
	// What a reader was told before it was known to be a secret cannot be taken back.
	declared := p.session.Finder(func(s *planted.Secret) bool { return !s.Early })
	p.clean(declared, "the socket", []byte(p.tap.said.String()))
	p.clean(declared, "dump --follow", []byte(p.follow.String()))
}

// clean wants nothing of secrets in a text.
func (p *proof) clean(f *planted.Finder, where string, text []byte) {
	p.Helper()
	for _, leak := range f.In(text) {
		p.leaks = append(p.leaks, proofLeak{leak, where, string(text[max(0, leak.At-60):min(len(text), leak.End+20)])})
	}
}

// proofLeak is one in a place.
type proofLeak struct {
	planted.Leak
	where, beside string
}

// report tells of each secret that is left once.
func (p *proof) report() {
	p.Helper()
	bySecret := map[*planted.Secret][]proofLeak{}
	for _, leak := range p.leaks {
		bySecret[leak.Secret] = append(bySecret[leak.Secret], leak)
	}
	for secret, leaks := range bySecret {
		slices.SortStableFunc(leaks, func(a, b proofLeak) int { return len(b.Encoding) - len(a.Encoding) })
		early := ", declared by " + p.declaredBy(secret)
		if secret.Early {
			early += " and said before"
		}
		beside := leaks[0].beside
		for _, leak := range leaks {
			if strings.HasPrefix(leak.where, "exchange") {
				beside = leak.beside
				break
			}
		}
		var places []string
		for _, leak := range leaks {
			places = append(places, leak.Encoding+" in "+leak.where)
		}
		p.Errorf("%s %q is left%s: %s; …%q…", secret.Kind, secret.Value, early, strings.Join(places[:min(8, len(places))], ", "), beside)
	}
}

// files looks at every byte of every file, as it is.
func (p *proof) files(f *planted.Finder) {
	p.Helper()
	mustDo(p.T, filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if filepath.Base(filepath.Dir(path)) == "ca" {
			return nil // that has keys of its own
		}
		content, err := os.ReadFile(path)
		p.clean(f, filepath.Base(path), content)
		if filepath.Ext(path) == ".db" { // of which a copy is unpacked, as the recorder may have it
			p.clean(f, "what "+filepath.Base(path)+" has compressed", planted.Residue(content))
		}
		return err
	}))
}

// kept looks at each exchange of a recording: as it is, without the coding of its bodies, and with JSON's escapes read.
func (p *proof) kept(f *planted.Finder) {
	p.Helper()
	r, err := openRecording(p.path)
	mustDo(p.T, err)
	defer r.Close()
	for x, err := range r.Exchanges() {
		mustDo(p.T, err)
		var all bytes.Buffer
		mustDo(p.T, json.NewEncoder(&all).Encode(x))
		fmt.Fprintf(&all, "%+v %+v %+v\n", x.Request, x.Interim, x.Failure)
		if x.Response != nil {
			fmt.Fprintf(&all, "%+v\n", *x.Response)
		}
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			body := bodyWithout(p, r, x, side)
			all.Write(body)
			all.Write(planted.Strings(body))
		}
		p.clean(f, p.named(x.ID), all.Bytes())
	}
}

// named is what an exchange is called.
func (p *proof) named(id uint64) string {
	if int(id) > len(p.session.Exchanges) {
		return fmt.Sprintf("exchange %d", id)
	}
	return fmt.Sprintf("exchange %d (%s)", id, p.session.Exchanges[id-1].Name)
}

// declaredBy is the exchange that declares a secret.
func (p *proof) declaredBy(s *planted.Secret) string {
	for i, x := range p.session.Exchanges {
		if slices.Contains(x.Secrets, s) {
			return p.named(uint64(i + 1))
		}
	}
	return "nothing"
}

// bodyWithout is a body without its coding.
func bodyWithout(p *proof, r recording, x *runnertape.Exchange, side runnertape.Side) []byte {
	p.Helper()
	body, err := r.Body(x.ID, side)
	mustDo(p.T, err)
	defer body.Close()
	content, err := io.ReadAll(body)
	mustDo(p.T, err)
	h := x.Request.Header
	if side == runnertape.ResponseSide {
		if x.Response == nil {
			return nil
		}
		h = x.Response.Header
	}
	if plain, err := decode.Plain(h, content, 64<<20); err == nil {
		return plain
	}
	return content
}

// views are the commands that show a recording, or make something of it.
func (p *proof) views() [][]string {
	views := [][]string{
		{"dump"},
		{"dump", "-v", "--full"},
		{"dump", "-vv", "--full"},
		{"dump", "--errors"},
		{"dump", "--json"},
		{"dump", "--curl"},
		{"dump", "--har"},
		{"jobs"},
		{"jobs", "--json"},
		{"jobs", "--runners"},
		{"check"},
		{"check", "--json"},
		{"export", p.path, "-"},
		{"dump", "--har", "-o", filepath.Join(p.dir, "exported.har"), p.path},
		{"import", filepath.Join(p.dir, "exported.har"), filepath.Join(p.dir, "imported.db")},
		{"compact", p.path, filepath.Join(p.dir, "compacted.db")},
	}
	for _, j := range p.session.Jobs {
		id := fmt.Sprint(j.ID)
		views = append(views,
			[]string{"jobs", id},
			[]string{"jobs", id, "--json"},
			[]string{"dump", "--job", id, "--trace"},
			[]string{"dump", "--job", id, "--trace", "--plain"},
		)
	}
	return views
}

// view is what a command shows of the recording. An argument that is its path is where it belongs.
func (p *proof) view(args ...string) (name string, out []byte) {
	p.Helper()
	name = "proxy " + strings.Join(args, " ")
	if !slices.Contains(args, p.path) && args[0] != "import" {
		args = append(slices.Clone(args), p.path)
	}
	process, stop, _ := testProcess(p.T)
	defer stop()
	var shown, said safeBuffer
	process.stdout, process.stderr = &shown, &said
	process.args = append([]string{"proxy"}, args...)
	if code := process.run(); code != exitOK {
		p.Errorf("%s: exit code %d: %s", name, code, cmp.Or(said.String(), shown.String()))
	}
	return name, []byte(shown.String() + said.String())
}
