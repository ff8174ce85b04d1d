package main

import (
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/urfave/cli/v2"

	"runnertape"
	"runnertape/proxy"
	"runnertape/redact"
	"runnertape/serve"
	"runnertape/store"
)

func (p *process) recordCommand() *cli.Command {
	return &cli.Command{
		Name:      "record",
		Usage:     "stand between runners and GitLab, and keep what they say",
		ArgsUsage: "[RECORDING]  (default " + defaultRecording + ")",
		Description: "Point a runner at it in one of three ways: as its url (reverse), with HTTP_PROXY for an\n" +
			"http:// GitLab, or with HTTPS_PROXY for an https:// one. Ctrl-C ends the recording.",
		Flags: append([]cli.Flag{
			upstreamFlag(),
			&cli.StringFlag{Name: "upstream-ca", Usage: "PEM `FILE` with certificates to trust, beside the system's", EnvVars: []string{"PROXY_UPSTREAM_CA"}},
			listenFlag(),
			allowRemoteFlag(),
			caDirFlag(),
			&cli.BoolFlag{Name: "append", Usage: "add to RECORDING if it exists", EnvVars: []string{"PROXY_APPEND"}},
			&cli.StringFlag{Name: "max-size", Usage: "keep RECORDING about this `SIZE`, as in 512MiB or 2GiB: the oldest jobs leave it whole", EnvVars: []string{"PROXY_MAX_SIZE"}},
			&cli.BoolFlag{Name: "rotate", Usage: "with --max-size: nothing leaves; when it is full, recording.db becomes recording.1.db and so on, and a new one begins", EnvVars: []string{"PROXY_ROTATE"}},
			interceptFlag(),
			&cli.StringSliceFlag{Name: "resolve", Usage: "dial ADDR where HOST is meant, as `HOST=ADDR`; repeatable", EnvVars: []string{"PROXY_RESOLVE"}},
			&cli.BoolFlag{Name: "rewrite-urls", Usage: "reverse way: lead git and storage through the recorder, by changing the URLs the runner gets (not what is recorded)", EnvVars: []string{"PROXY_REWRITE_URLS"}},
			&cli.BoolFlag{Name: "sync", Usage: "let no response end before all that was said is on disk; else that may take up to a second", EnvVars: []string{"PROXY_SYNC"}},
			opaqueFlag(),
			&cli.BoolFlag{Name: "keep-secrets", Usage: "record tokens and passwords as they are", EnvVars: []string{"PROXY_KEEP_SECRETS"}},
		}, secretFlags()...),
		Action: p.record,
	}
}

func (p *process) record(c *cli.Context) error {
	p.hide(redact.New(redact.NewKey())) // tokens, until there is more to hide
	s, err := recordFlags(c)
	if err != nil {
		return err
	}
	needed := s.signed
	if s.upstream.URL.Scheme != "https" {
		needed = needed[1:] // no certificate is asked for
	}
	ca, err := loadCA(c, s.signed[0], s.signed, needed)
	if err != nil {
		return err
	}
	ln, err := listen(s.listen, s.allowRemote)
	if err != nil {
		return err
	}
	defer ln.Close()
	w, err := s.openWriter()
	if err != nil {
		return err
	}
	limitMemory()
	if s.maxSize > 0 {
		if err := w.Limit(store.Limit{MaxBytes: s.maxSize, Rotate: s.rotate, Ends: endsJob}); err != nil {
			return errors.Join(err, w.Close())
		}
	}
	return p.recordTo(w, s, ca, ln)
}

// openWriter creates the recording, or opens it to add to it.
func (s *recordSettings) openWriter() (*store.Writer, error) {
	if s.add {
		if _, err := os.Stat(s.path); err == nil {
			return s.openToAppend()
		}
	}
	return store.Create(s.path, newHeader(s.upstream.URL.String(), s.keepSecrets))
}

// newHeader is that of a recording that is begun now.
func newHeader(upstream string, keepSecrets bool) runnertape.Recording {
	return serve.NewHeader("runnertape "+version(), upstream, keepSecrets)
}

func (s *recordSettings) openToAppend() (*store.Writer, error) {
	w, err := store.Append(s.path)
	if err != nil {
		return nil, err
	}
	h := w.Header()
	switch {
	case h.Upstream != s.upstream.URL.String():
		err = fmt.Errorf("%s is a recording of %s, not of %s (name another file)", s.path, h.Upstream, s.upstream.URL)
	case h.Redacted && s.keepSecrets:
		err = fmt.Errorf("%s has its secrets replaced; --keep-secrets would mix both (name another file)", s.path)
	case !h.Redacted && !s.keepSecrets:
		err = fmt.Errorf("%s was made with --keep-secrets; say so again, or name another file", s.path)
	}
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// recordTo records until the process is to end, or the recording fails.
func (p *process) recordTo(w *store.Writer, s *recordSettings, ca *proxy.CA, ln net.Listener) error {
	secrets := serve.Secrets(w.Header(), s.upstream.URL.String())
	if secrets != nil {
		p.hide(secrets)
	}
	watch := &watcher{p: p, search: p.searchArchives(p.cut, w, secrets, s.opaque)}
	late := newLateTalk(p)
	rec := serve.NewRecord(w, serve.RecordConfig{
		Upstream: s.upstream, CA: ca, Intercept: s.intercept, RewriteURLs: s.rewriteURLs, Closed: s.allowRemote, Sync: s.sync, Secrets: secrets, Opaque: s.opaque,
		Logger: p.log, Ended: watch.ended, Late: late.tell, Draining: p.sayDraining,
	})
	readers := p.share(w, s.path)
	p.recordBanner(s, ca, ln)
	p.give(secrets, s.given, s.givenNames)
	err := rec.Serve(p.done, p.cut, ln)
	if err == nil {
		err = p.finish(p.cut, rec.Sink)
	}
	late.end()
	watch.search.end(err != nil)
	if closeErr := readers.End(w.Close); err == nil { // the first failure is sticky in w
		err = closeErr
	}
	p.recordSummary(s, rec.Recorder, secrets, watch)
	if errors.Is(err, redact.ErrLeft) {
		p.saySecretLeft(s.path)
	}
	p.sayLeft(w.Left())
	p.sayUnreached(w.Unreached())
	return err
}

// sayDraining tells what a signal did, when it is so.
func (p *process) sayDraining() {
	if p.done.Err() != nil {
		p.say("ending; what is under way may finish, interrupt again to break it off")
	}
}
