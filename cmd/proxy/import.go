package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"runnertape"
	"runnertape/capture"
	"runnertape/decode"
	"runnertape/proxy"
	"runnertape/redact"
	"runnertape/store"
)

func (p *process) importCommand() *cli.Command {
	return &cli.Command{
		Name:      "import",
		Usage:     "make a recording of a packet capture or a HAR",
		ArgsUsage: "FILE [RECORDING]  (default " + defaultRecording + ")",
		Description: "FILE is what tcpdump, Wireshark (pcap, pcapng, also gzip'ed), a browser or mitmproxy (HAR) has\n" +
			"written; what it is is seen from its content. Plain HTTP is read. TLS is not: it is counted. What was\n" +
			"not captured is missing, and said to be. RECORDING must not exist. docs/import.md says more.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "upstream", Usage: "base `URL` of the GitLab in it", DefaultText: "where the first call of the runner API went", EnvVars: []string{"PROXY_UPSTREAM"}},
			&cli.StringFlag{Name: "keylog", Usage: "not possible: TLS cannot be decrypted with a key log `FILE` here; says what to do instead"},
			&cli.BoolFlag{Name: "keep-secrets", Usage: "import tokens and passwords as they are", EnvVars: []string{"PROXY_KEEP_SECRETS"}},
		},
		Action: p.importFile,
	}
}

// importSettings are the flags of import, checked.
type importSettings struct {
	from, to    string
	upstream    string // base URL; "" if not known
	guessed     bool   // nobody named it
	keepSecrets bool
}

func (p *process) importFile(c *cli.Context) error {
	if c.NArg() < 1 || c.NArg() > 2 || c.Args().First() == "" {
		return usagef("proxy import takes a capture or a HAR, and the recording to make, as in: proxy import capture.pcap recording.db")
	}
	if c.IsSet("keylog") {
		return usagef("--keylog: TLS in a capture cannot be decrypted here, as no well-kept Go library does it; make a HAR of capture and key log with another tool and import that (docs/import.md), or use proxy record")
	}
	s := &importSettings{from: c.Args().Get(0), to: c.Args().Get(1), keepSecrets: c.Bool("keep-secrets")}
	if s.to == "" {
		s.to = defaultRecording
	}
	if text := c.String("upstream"); text != "" {
		u, err := proxy.ParseUpstream(text)
		if err != nil {
			return usagef("--upstream: %v", err)
		}
		s.upstream = u.String()
	}
	if _, err := os.Lstat(s.to); err == nil { // said before the work, not after
		return fmt.Errorf("%s: %w", s.to, errExportExists)
	}
	f, err := os.Open(s.from)
	if err != nil {
		return err
	}
	defer f.Close()
	if f, ok := p.stderr.(*os.File); ok && isTerminal(f) {
		defer progress(f, "importing "+s.from)()
	}
	source, err := openImport(f)
	if err == nil && s.upstream == "" {
		s.guessed = true
		s.upstream, err = guessUpstream(source)
	}
	if err != nil {
		return fmt.Errorf("import %s: %w", s.from, err)
	}
	return p.importTo(source, s)
}

// imported is a file that is read into a recording, more than once if need be.
type imported interface {
	// read gives the exchanges to sink, in order. The first error of sink ends it, and is returned.
	read(sink capture.Sink) error
	// tell says what was read, and what was not.
	tell(p *process)
}

func openImport(f *os.File) (imported, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errors.New("it is a folder; name a file")
	}
	unpacked, err := capture.Unpack(f)
	if err != nil {
		return nil, err
	}
	head, err := unpacked.Peek(capture.HeadBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case capture.Is(head):
		return &importedCapture{file: f}, nil
	case beginsJSON(unpacked):
		return openHAR(f, info.Size())
	}
	if r, err := openRecording(f.Name()); err == nil {
		return nil, errors.Join(errors.New("it is a recording already; proxy dump prints it"), r.Close())
	}
	return nil, errors.New("it is neither a packet capture (pcap, pcapng) nor a HAR")
}

// beginsJSON tells whether r begins with an object.
func beginsJSON(r *bufio.Reader) bool {
	head, _ := r.Peek(512) // shorter files are fine
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(head, []byte("{"))
}

// errFound ends a search.
var errFound = errors.New("found")

// upstreamFinder is a Sink that looks for a call of the runner API.
type upstreamFinder struct{ upstream string }

// Put implements capture.Sink.
func (f *upstreamFinder) Put(x *runnertape.Exchange) error {
	call := decode.Classify(x.Request.Method, x.Request.Path())
	switch call.Endpoint {
	case decode.Git, decode.ObjectStorage, decode.Unknown:
		return nil
	}
	f.upstream = (&url.URL{Scheme: x.Scheme, Host: x.Host, Path: call.Prefix}).String()
	return errFound
}

// Write implements capture.Sink.
func (f *upstreamFinder) Write(uint64, runnertape.Side, []byte) error { return nil }

func guessUpstream(from imported) (string, error) {
	var f upstreamFinder
	if err := from.read(&f); err != nil && !errors.Is(err, errFound) {
		return "", err
	}
	return f.upstream, nil
}

// importTo makes the recording. It is whole, or not there.
func (p *process) importTo(from imported, s *importSettings) error {
	h := runnertape.Recording{Created: time.Now().UTC(), Program: "runnertape " + version(), Upstream: s.upstream, Redacted: !s.keepSecrets}
	var secrets *redact.Redactor
	if h.Redacted {
		h.Key = redact.NewKey()
		secrets = redact.New(h.Key)
	}
	w, err := store.Create(s.to, h)
	if err != nil {
		return err
	}
	p.importBanner(s)
	limitMemory()
	var upstreams []string
	if s.upstream != "" {
		upstreams = []string{s.upstream}
	}
	watch := &importWatcher{p: p}
	sink := redact.NewSink(w, secrets, decode.NewDecoder(upstreams...), watch.ended)
	err = from.read(stoppable{sink, p})
	if closeErr := w.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return errors.Join(fmt.Errorf("import %s: %w", s.from, err), os.Remove(s.to))
	}
	from.tell(p)
	p.importSummary(s, watch, secrets)
	return nil
}

var errImportStopped = errors.New("interrupted; nothing was made")

// stoppable ends with the process.
type stoppable struct {
	*redact.Sink
	p *process
}

// Put implements capture.Sink.
func (i stoppable) Put(x *runnertape.Exchange) error {
	if i.p.done.Err() != nil {
		return errImportStopped
	}
	return i.Sink.Put(x)
}
