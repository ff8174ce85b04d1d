package main

import (
	"context"
	"os/exec"
	"path/filepath"
)

// subject is what can stand between client and upstream.
type subject struct {
	name  string
	start func(context.Context, *site) (*standing, error)
}

// The subjects' names.
const (
	nameDirect       = "direct"
	nameSplice       = "splice"
	nameReverseProxy = "ReverseProxy"
	nameGoproxy      = "goproxy"
	nameOurs         = "runnertape"
	nameMitmdump     = "mitmdump"
)

// subjects are those that this machine has.
func subjects() []subject {
	all := []subject{
		{nameDirect, startDirect},
		{nameSplice, roleSubject("splice", straight)},
		{nameReverseProxy, roleSubject("reverseproxy", forward)},
		{nameGoproxy, roleSubject("goproxy", forward)},
		{nameOurs, func(ctx context.Context, s *site) (*standing, error) { return startRecorder(ctx, s) }},
	}
	if _, err := exec.LookPath("mitmdump"); err == nil {
		all = append(all, subject{nameMitmdump, startMitmdump})
	}
	return all
}

// site is where a subject is put up.
type site struct {
	bench    *bench
	workload *workload
	dir      string // its own
}

// upstream is what the subject is to dial.
func (s *site) upstream() string {
	if s.workload.secure {
		return s.bench.upstreamAt.Secure
	}
	return s.bench.upstreamAt.Plain
}

// authority is the upstream as requests name it.
func (s *site) authority() string {
	if s.workload.secure {
		return secureHost + s.upstream()[len("127.0.0.1"):]
	}
	return s.upstream()
}

// standing is a subject that runs.
type standing struct {
	pid     int // of the process in between; 0 if there is none
	address string
	way     way
	ca      string // file with the CA that signed what the client sees under TLS
	stop    func() error
	// kept checks, after stop, what was recorded of that many exchanges, and says how many
	// bytes the recording has; nil if nothing is recorded.
	kept func(exchanges int64) (bytes int64, err error)
}

func startDirect(_ context.Context, s *site) (*standing, error) {
	return &standing{address: s.upstream(), way: straight, ca: s.bench.certs.CA, stop: func() error { return nil }}, nil
}

// roleSubject starts a subject that is a role of this program.
func roleSubject(role string, w way) func(context.Context, *site) (*standing, error) {
	return func(_ context.Context, s *site) (*standing, error) {
		c, err := startRole(role, setup{Upstream: s.upstream(), Secure: s.workload.secure, Certs: s.bench.certs})
		if err != nil {
			return nil, err
		}
		st := &standing{pid: c.cmd.Process.Pid, way: w, ca: s.bench.certs.CA, stop: c.stop}
		return st, c.ask(nil, &st.address)
	}
}

func (s *site) file(name string) string { return filepath.Join(s.dir, name) }
