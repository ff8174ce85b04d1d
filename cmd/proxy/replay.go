package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"runnertape/faults"
	"runnertape/proxy"
	"runnertape/replay"
	"runnertape/store"
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
			"The exit code is 3 if a request could not be answered, with --strict also if a job was not asked for or ended otherwise, " +
			"and 1 if no job was handed out, or one had not ended at --timeout.",
		Flags: append([]cli.Flag{
			listenFlag(),
			allowRemoteFlag(),
			caDirFlag(),
			&cli.DurationFlag{Name: "trace-interval", Usage: "`TIME` between the pieces of its log that a runner sends", Value: 3 * time.Second, EnvVars: []string{"PROXY_TRACE_INTERVAL"}},
			&cli.BoolFlag{Name: "until-done", Usage: "end when every recorded job has ended", EnvVars: []string{"PROXY_UNTIL_DONE"}},
			&cli.DurationFlag{Name: "timeout", Usage: "end after `TIME`, and fail if a job has not ended; 0 waits for ever", EnvVars: []string{"PROXY_TIMEOUT"}},
			&cli.BoolFlag{Name: "strict", Usage: "fail with 3 also if a recorded job was not asked for, or ended otherwise", EnvVars: []string{"PROXY_STRICT"}},
			&cli.StringFlag{Name: "receipt", Usage: "write what happened to `FILE`, as JSON; - is stdout", EnvVars: []string{"PROXY_RECEIPT"}},
		}, faultFlags()...),
		Action: p.replay,
	}
}

// replaySettings are the flags of replay, checked.
type replaySettings struct {
	path              string
	interval, timeout time.Duration
	untilDone, strict bool
	receipt           string
	child             []string    // nil for none
	faults            *faults.Set // nil for none
}

func (p *process) replaySettings(c *cli.Context) (s replaySettings, err error) {
	if s.path, err = recordingArg(c); err != nil {
		return s, err
	}
	s.interval, s.timeout, s.untilDone, s.strict = c.Duration("trace-interval"), c.Duration("timeout"), c.Bool("until-done"), c.Bool("strict")
	if s.interval < time.Second || s.interval > 15*time.Minute {
		return s, usagef("--trace-interval: %v is not between 1s and 15m, what runners heed", s.interval)
	}
	if s.timeout < 0 {
		return s, usagef("--timeout: %v is less than nothing", s.timeout)
	}
	if s.child = p.child; s.child != nil && (len(s.child) == 0 || s.child[0] == "") {
		return s, usagef("there is no command after --")
	}
	if s.faults, err = faultSet(c); err != nil {
		return s, err
	}
	s.receipt = c.String("receipt")
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
	rebuild, removeRebuilt := p.rebuilder(src)
	defer removeRebuilt()
	ending := make(chan struct{})
	replayer, err := replay.New(src, replay.Options{Logger: p.log, TraceInterval: s.interval, Rebuild: rebuild, Faults: s.faults, Ending: ending})
	if err != nil {
		return err
	}
	ca, err := replayCA(c, replayer)
	if err != nil {
		return err
	}
	ln, err := listen(c.String("listen"), c.Bool("allow-remote"))
	if err != nil {
		return err
	}
	defer ln.Close()
	if err := p.replayBanner(s.path, replayer, ca, ln); err != nil {
		return err
	}
	p.sayFaults(s.faults, replayer)

	run := &replayRun{process: p, settings: s, replayer: replayer, ending: ending}
	if err := run.serve(newReplayDoor(replayer, ca, p.log), ln, ca.File()); err != nil {
		return err
	}
	return run.conclude()
}

// replayCA is the CA for the recording's hosts. One that was made for the recorder may not be
// for all of them: runners seldom ask a replay for more than the upstream's.
func replayCA(c *cli.Context, r *replay.Replayer) (*proxy.CA, error) {
	u, err := url.Parse(r.Facts().Upstream)
	if err != nil {
		return nil, err
	}
	hosts := signable(r)
	upstream, err := proxy.ParseHost(u.Host)
	if err != nil {
		return loadCA(c, "unnamed", append(hosts, "localhost"), nil) // a text recording need not say it
	}
	var needed []string
	if u.Scheme == "https" {
		needed = []string{upstream}
	}
	return loadCA(c, upstream, append(hosts, upstream), needed)
}

// signable are the recording's hosts as certificates have them.
func signable(r *replay.Replayer) []string {
	var hosts []string
	for _, address := range r.Hosts() {
		if host, err := proxy.ParseHost(address); err == nil && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// newReplayDoor is a door without a dialer: what the recording does not know is refused.
func newReplayDoor(r *replay.Replayer, ca *proxy.CA, log *slog.Logger) *proxy.Door {
	return proxy.NewDoor(proxy.Config{Handler: r, CA: ca, Intercept: hostsOf(r, ca), Logger: log, Refuse: refuser(r, ca)})
}

// refuser says why a CONNECT is refused.
func refuser(r *replay.Replayer, ca *proxy.CA) func(req *http.Request, address string) (reason string) {
	return func(req *http.Request, address string) string {
		reason := "the recording has nothing from " + address
		if slices.Contains(r.Hosts(), strings.ToLower(address)) {
			reason = "the CA in " + filepath.Dir(ca.File()) + " may not sign for " + address
		}
		r.Refuse(req, reason)
		return reason + "; a replay connects nowhere"
	}
}

// hostsOf tells which hosts the recording knows, so that they are answered for.
func hostsOf(r *replay.Replayer, ca *proxy.CA) func(address string) bool {
	known := map[string]bool{}
	for _, host := range r.Hosts() {
		known[strings.ToLower(host)] = true
	}
	return func(address string) bool { return known[strings.ToLower(address)] && ca.Permits(address) }
}

func (p *process) replayBanner(path string, r *replay.Replayer, ca *proxy.CA, ln net.Listener) error {
	here := "http://" + reachable(ln.Addr())
	facts := r.Facts()
	jobs, err := r.First(bannerJobs)
	if err != nil {
		return err
	}
	unrecorded, err := r.Unrecorded(bannerJobs)
	if err != nil {
		return err
	}
	p.say("replaying %s: %s of %s", path, count(int64(facts.Jobs), "job"), facts.Upstream)
	for _, j := range jobs {
		p.say("  job %d %q, recorded as %s%s", j.ID, j.Name, endWords(j.Recorded), cloneWords(unrecorded[j.ID]))
	}
	if more := facts.Jobs - len(jobs); more > 0 {
		p.say("  … and %d more", more)
	}
	p.sayUnrecorded(unrecorded)
	p.sayListening(ln)
	p.say("reverse way: url = %q in config.toml, or --url %s", here, here)
	if strings.HasPrefix(facts.Upstream, "https://") {
		p.say("forward way: HTTPS_PROXY=%s in the runner's environment, tls-ca-file = %q in config.toml", here, ca.File())
		p.sayWide(ca)
	} else {
		p.say("forward way: HTTP_PROXY=%s in the runner's environment", here)
	}
	if facts.Jobs == 0 {
		p.log.Warn(fmt.Sprintf("there is no job in %s: runners will be told to wait", path))
	}
	return nil
}

// A replay of a recording on disk reads no more of it than it must.
var _ replay.Listed = (*store.Reader)(nil)

// bannerJobs is how many jobs are listed at the start.
const bannerJobs = 20

// endWords is how a job ended.
func endWords(e replay.End) string {
	switch {
	case e.State == "":
		return "not ended"
	case e.ExitCode != 0:
		return fmt.Sprintf("%s with exit code %d", e.State, e.ExitCode)
	}
	return e.State
}
