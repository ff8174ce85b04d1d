package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"runnertape/fixtures/gitlab"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"proxy": main})
}

var updateScripts = flag.Bool("update-scripts", false, "rewrite what scripts compare stdout with, to be read in git diff")

// Each file of testdata is a script that drives the real binary, GitLab's
// stand-in and the scripted runner. Adding a case is adding a file.
//
// The commands beyond testscript's own are the functions named do… in the files
// script*_test.go; each says there how it is called. They mostly take settings as
// name=value, or name alone for true.
//
// What holds for every script is checked at its end and need not be said in it:
// no process is left, `proxy check` finds every recording whole, but for those named
// bad*, which it must not find whole, none but those named kept* has a secret of the
// stand-in in it, nor has what the programs said, and the stand-in saw nothing a correct
// runner would not have sent.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *updateScripts,
		Setup:               setUpScript,
		Condition:           condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"gitlab": doGitLab, "gitlabstop": doGitLabStop, "enqueue": doEnqueue, "ledger": doLedger,
			"jobtrace": doJobTrace, "jobstate": doJobState, "polled": doPolled, "gitrepo": doGitRepo,
			"start": doStart, "said": doSaid, "signal": doSignal, "interrupt": doInterrupt, "ended": doEnded, "kill9": doKill9,
			"runner": doRunner, "request": doRequest, "raw": doRaw, "noise": doNoise, "fails": doFails,
			"standin": doStandIn, "secrets": doSecrets, "edit": doEdit, "cut": doCut, "jsonlines": doJSONLines, "within": doWithin, "samecount": doSameCount,
			"startswith": doStartsWith, "distinct": doDistinct, "written": doWritten,
			"stored": doStored, "disk": doDisk, "makeup": doMakeUp, "readonly": doReadOnly, "flood": doFlood,
		},
	})
}

// patience is how long a script waits for what should come at once.
const patience = 30 * time.Second

// stageKey is where a script's scriptStage is kept.
type stageKey struct{}

// scriptStage is what one script has started. Scripts run one line at a time, so
// that only what the programs themselves share has locks.
type scriptStage struct {
	workDir   string
	server    *gitlab.Server // nil before `gitlab`
	arrivals  *arrivals      // polls that reached it
	jobs      []int64        // enqueued, in order
	secrets   []string       // that must not be found on disk
	programs  map[string]*program
	runners   map[string]*backgroundRunner
	stderrs   []string // files that hold what programs said
	mounts    []string // disks
	complains bool     // the script means the stand-in to see wrong requests
}

func stageOf(ts *testscript.TestScript) *scriptStage {
	return ts.Value(stageKey{}).(*scriptStage)
}

func setUpScript(env *testscript.Env) error {
	s := &scriptStage{workDir: env.WorkDir, programs: map[string]*program{}, runners: map[string]*backgroundRunner{}}
	env.Values[stageKey{}] = s
	var vars []string
	for _, v := range env.Vars {
		name, _, _ := strings.Cut(v, "=")
		switch upper := strings.ToUpper(name); {
		case strings.HasSuffix(upper, "_PROXY"), strings.HasPrefix(upper, "PROXY_"), strings.HasPrefix(upper, "GIT_"),
			upper == "SSL_CERT_FILE", upper == "SSL_CERT_DIR", upper == "CURL_CA_BUNDLE":
			continue
		}
		vars = append(vars, v)
	}
	home := filepath.Join(env.WorkDir, "home")
	fixtures, err := filepath.Abs("../../fixtures")
	if err != nil {
		return err
	}
	env.Vars = append(vars, "FIXTURES="+fixtures, "HOME="+home, "XDG_CONFIG_HOME="+filepath.Join(home, ".config"), "GIT_CONFIG_NOSYSTEM=1",
		"PROXY_LISTEN=127.0.0.1:0", // no script takes a port from another
		"GORACE=atexit_sleep_ms=0") // else a program under -race ends a second late
	tb := env.T().(testing.TB)
	env.Defer(func() { s.checkEnd(tb) })
	return os.MkdirAll(home, 0o700)
}

// settings reads name=value and name words. What does not begin with a letter,
// or has a slash before the first =, is an argument.
func settings(args []string) (set map[string]string, rest []string) {
	set = map[string]string{}
	for _, arg := range args {
		name, value, has := strings.Cut(arg, "=")
		if !has || strings.ContainsAny(name, "/.:") {
			rest = append(rest, arg)
			continue
		}
		set[name] = value
	}
	return set, rest
}
