package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"runnertape"
	"runnertape/live"
	"runnertape/proxy"
	"runnertape/replay"
	"runnertape/serve"
)

func (p *process) replayCommand() *cli.Command {
	return &cli.Command{
		Name:      "replay",
		Usage:     "be the GitLab of a recording, offline",
		ArgsUsage: "[RECORDING] [-- COMMAND…]  (default " + defaultRecording + ")",
		Description: "Answers runners as the recorded GitLab would: any runner, any token, each recorded job once.\n" +
			"It connects nowhere. It ends with Ctrl-C, with COMMAND, or as --until-done and --timeout say.\n\n" +
			"COMMAND is run with CI_SERVER_URL, CI_SERVER_TLS_CA_FILE and, unless it is set, CI_SERVER_TOKEN in its environment, " +
			"as gitlab-runner reads them. If it fails, its exit code is that of the replay.\n\n" +
			"The exit code is 3 if a request could not be answered, with --strict also if a job was not asked for or ended otherwise, or a request came with a wrong job token, " +
			"and 1 if no job was handed out, or one had not ended at --timeout.",
		Flags: slices.Concat([]cli.Flag{
			listenFlag(),
			allowRemoteFlag(),
			caDirFlag(),
		}, playFlags(), []cli.Flag{
			&cli.BoolFlag{Name: "until-done", Usage: "end when every recorded job has ended", EnvVars: []string{"PROXY_UNTIL_DONE"}},
			&cli.DurationFlag{Name: "timeout", Usage: "end after `TIME`, and fail if a job has not ended; 0 waits for ever", EnvVars: []string{"PROXY_TIMEOUT"}},
			&cli.BoolFlag{Name: "strict", Usage: "fail with 3 also if a recorded job was not asked for or ended otherwise, or a request came with a wrong job token", EnvVars: []string{"PROXY_STRICT"}},
			receivedFlag(),
			&cli.StringFlag{Name: "receipt", Usage: "write what happened to `FILE`, as JSON; - is stdout", EnvVars: []string{"PROXY_RECEIPT"}},
		}, faultFlags()),
		Action: p.replay,
	}
}

// replaySettings are the flags of replay, checked.
type replaySettings struct {
	path              string
	timeout           time.Duration
	untilDone, strict bool
	receipt           string
	child             []string       // nil for none
	play              replay.Options // what flags say of it
}

func (p *process) replaySettings(c *cli.Context) (s replaySettings, err error) {
	if s.path, err = recordingArg(c); err != nil {
		return s, err
	}
	s.timeout, s.untilDone, s.strict = c.Duration("timeout"), c.Bool("until-done"), c.Bool("strict")
	if s.timeout < 0 {
		return s, usagef("--timeout: %v is less than nothing", s.timeout)
	}
	if s.child = p.child; s.child != nil && (len(s.child) == 0 || s.child[0] == "") {
		return s, usagef("there is no command after --")
	}
	if s.play, err = playOptions(c); err != nil {
		return s, err
	}
	if s.play.Loop && s.untilDone {
		return s, usagef("--until-done: with --loop jobs are never all done; leave out --until-done; a loop ends by --timeout, with its COMMAND, or by Ctrl-C")
	}
	if s.play.Faults, err = faultSet(c); err != nil {
		return s, err
	}
	s.receipt = c.String("receipt")
	if dir := c.String("received"); dir != "" && filepath.Clean(dir) == filepath.Clean(s.receipt) {
		return s, usagef("--receipt names a file and --received a folder, and both are %s; name another for one of them", s.receipt)
	}
	return s, refuseUnwritable(s.receipt)
}

func (p *process) replay(c *cli.Context) error {
	s, err := p.replaySettings(c)
	if err != nil {
		return err
	}
	src, err := openRecording(s.path)
	if err != nil {
		return err
	}
	defer src.Close()
	s.play.Logger = p.log
	forget, err := p.keepReceived(c, &s.play)
	if err != nil {
		return err
	}
	defer forget()
	r, err := serve.NewReplay(p.cut, src, s.play, func(r *replay.Replayer) (*proxy.CA, error) { return replayCA(c, r) })
	if no, ok := errors.AsType[*runnertape.NoSuchJob](err); ok {
		return fmt.Errorf("--jobs: %w", no)
	}
	if err != nil {
		return err
	}
	defer p.closeReplay(r)
	ln, err := listen(c.String("listen"), c.Bool("allow-remote"))
	if err != nil {
		return err
	}
	defer ln.Close()
	if err := p.replayBanner(s.path, r.Replayer, r.CA(), ln); err != nil {
		return err
	}
	p.sayFaults(s.play.Faults, r.Replayer)

	_, growing := src.(*live.Reader)
	run := &replayRun{process: p, settings: s, replay: r, growing: growing}
	if err := run.serve(ln); err != nil {
		return err
	}
	return run.conclude()
}

// closeReplay removes what was made for a replay. What stays is said, and makes nothing fail.
func (p *process) closeReplay(r *serve.Replay) {
	if err := r.Close(); err != nil {
		p.log.Warn(err.Error())
	}
}
