package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/urfave/cli/v2"

	"runnertape/fixtures/gitlab"
	"runnertape/fixtures/runner"
	"runnertape/proxy"
	"runnertape/redact"
	"runnertape/replay"
	"runnertape/serve"
	"runnertape/store"
)

func (p *process) demoCommand() *cli.Command {
	return &cli.Command{
		Name:  "demo",
		Usage: "record, dump and replay a few jobs of a stand-in GitLab; needs nothing",
		Description: "Starts a stand-in for GitLab, a recorder before it and a small scripted runner, all on\n" +
			"127.0.0.1, in a temporary folder that is removed at the end.",
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("proxy demo takes no arguments")
			}
			return p.demo()
		},
	}
}

// demo plays the whole loop. Its parts are those of the commands; only GitLab and
// the runner are not real.
func (p *process) demo() (err error) {
	dir, err := os.MkdirTemp("", "proxy-demo-")
	if err != nil {
		return fmt.Errorf("make a temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ctx, cancel := context.WithTimeout(p.done, time.Minute)
	defer cancel()

	server, err := gitlab.Start(gitlab.Config{DirectDownload: true})
	if err != nil {
		return err
	}
	defer server.Close()
	secret := demoJobs(server)
	path := filepath.Join(dir, defaultRecording)

	p.say("1. record: a stand-in GitLab, a recorder before it, and a small runner that takes three jobs")
	token := server.RunnerToken()
	if err := p.demoRecord(ctx, server.URL(), path, dir, token); err != nil {
		return err
	}
	server.Close() // from here on there is no GitLab

	p.say("2. proxy dump %s", defaultRecording)
	if err := p.demoDump(path, token, secret); err != nil {
		return err
	}
	p.say("3. proxy replay %s: GitLab is gone, another runner takes the same jobs", defaultRecording)
	if err := p.demoReplay(ctx, path, dir); err != nil {
		return err
	}
	p.say("the same for real:")
	p.say("  proxy record --upstream https://gitlab.example.com   then run your runner as it says")
	p.say("  proxy dump                                           to read what passed")
	p.say("  proxy replay                                         and point the runner at it, offline")
	return nil
}

// demoJobs queues what the runner will get, and returns a secret that one has.
func demoJobs(server *gitlab.Server) (secret string) {
	secret = "correct-horse-42-battery"
	build := server.Enqueue(gitlab.Job{
		Name: "build", Stage: "build", Project: "demo/project", Script: []string{"echo compiling"},
		Artifacts: []gitlab.Artifact{{Type: "archive", Format: "zip", Paths: []string{"app"}}},
	})
	server.Enqueue(gitlab.Job{
		Name: "test", Stage: "test", Project: "demo/project", Script: []string{"echo deploying with $DEPLOY_PASSWORD"},
		DependsOn: []int64{build},
		Variables: []gitlab.Variable{{Key: "DEPLOY_PASSWORD", Value: secret, Masked: true}},
	})
	server.Enqueue(gitlab.Job{
		Name: "lint", Stage: "test", Project: "demo/project", Script: []string{"echo line 3 is too long", "exit 7"},
	})
	return secret
}

// quietly is p with its own end, and without talk.
func (p *process) quietly(ctx context.Context) (inner *process, stop func()) {
	copied := *p
	copied.log, copied.hides = slog.New(slog.DiscardHandler), new(atomic.Pointer[redact.Redactor])
	copied.done, stop = context.WithCancel(ctx)
	return &copied, stop
}

func (p *process) demoRecord(ctx context.Context, upstream, path, caDir, token string) error {
	s := &recordSettings{path: path, rewriteURLs: true} // so that storage passes the recorder too
	var err error
	if s.upstream.URL, err = proxy.ParseUpstream(upstream); err != nil {
		return err
	}
	ca, ln, err := demoDoor(caDir, "127.0.0.1")
	if err != nil {
		return err
	}
	w, err := s.openWriter()
	if err != nil {
		return err
	}
	inner, stop := p.quietly(ctx)
	defer stop()
	recorded := make(chan error, 1)
	go func() { recorded <- inner.recordTo(w, s, ca, ln) }()
	err = p.demoRunner(ctx, ln, token)
	stop()
	return errors.Join(err, <-recorded)
}

// demoDoor is what each door of the demo stands on.
func demoDoor(caDir string, hosts ...string) (*proxy.CA, net.Listener, error) {
	ca, err := proxy.LoadCA(caDir, hosts...)
	if err != nil {
		return nil, nil, err
	}
	ln, err := listen("127.0.0.1:0", false)
	return ca, ln, err
}

// demoRunner takes jobs until there are no more.
func (p *process) demoRunner(ctx context.Context, ln net.Listener, token string) error {
	result, err := runner.Run(ctx, runner.Config{
		URL: "http://" + ln.Addr().String(), Token: token, Version: "17.9.0", Verify: true, MaxIdle: 1, MaxWait: time.Millisecond,
	})
	for _, j := range result.Jobs {
		line := fmt.Sprintf("   job %d %q: %s", j.ID, j.Name, j.State)
		if j.ExitCode != 0 {
			line += fmt.Sprintf(", exit code %d", j.ExitCode)
		}
		p.say("%s", line)
	}
	if err != nil {
		return fmt.Errorf("the scripted runner: %w", err)
	}
	return nil
}

func (p *process) demoDump(path string, secrets ...string) error {
	r, err := store.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	lines := newListerOn(screen{})
	for x, err := range r.Exchanges() {
		if err == nil {
			err = lines.write(p.stdout, x)
		}
		if err != nil {
			return err
		}
	}
	looked, err := p.scanned(path, &scanSettings{given: redact.Given{Values: secrets}})
	if err != nil {
		return err
	}
	if len(looked.leaks.order) > 0 {
		return errors.New("a secret is in the recording")
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	p.say("   in %s of recording: no token and no password of these jobs; stand-ins took their places", byteSize(info.Size()))
	return nil
}

func (p *process) demoReplay(ctx context.Context, path, caDir string) error {
	r, err := store.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	inner, stop := p.quietly(ctx)
	defer stop()
	rep, err := serve.NewReplay(p.cut, r, replay.Options{Logger: inner.log}, func(*replay.Replayer) (*proxy.CA, error) {
		return proxy.LoadCA(caDir, "127.0.0.1")
	})
	if err != nil {
		return err
	}
	defer inner.closeReplay(rep)
	ln, err := listen("127.0.0.1:0", false)
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- rep.Serve(inner.done, p.cut, ln) }()
	err = p.demoRunner(ctx, ln, "glrt-any-token-is-right-here")
	stop()
	if err := errors.Join(err, <-served); err != nil {
		return err
	}
	for line := range strings.Lines(rep.Receipt().Summary()) {
		p.say("   %s", strings.TrimRight(line, "\n"))
	}
	return nil
}
