package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// checkEnd ends what the script left running and checks what holds for every script.
func (s *scriptStage) checkEnd(t testing.TB) {
	for name, r := range s.runners {
		t.Errorf("runner %s was left running", name)
		r.end()
		<-r.ended
	}
	for name, p := range s.programs {
		p.command.Process.Kill()
		<-p.ended
		said, _ := p.stderr.read()
		t.Errorf("program %s was left running; it said\n%s", name, said)
	}
	if s.server != nil {
		if wrong := s.server.Violations(); len(wrong) > 0 && !s.complains {
			t.Errorf("what a correct runner would not have sent:\n%s", strings.Join(wrong, "\n"))
		}
		if err := s.server.Close(); err != nil {
			t.Errorf("close the stand-in: %v", err)
		}
	}
	files := slices.Concat(s.stderrs, s.checkRecordings(t))
	for _, file := range files {
		content, err := plain(file)
		if err != nil {
			t.Error(err)
		}
		if found := s.secretIn(content); found != "" {
			t.Errorf("%s has the secret %q in it", filepath.Base(file), found)
		}
		if filepath.Ext(file) == ".stderr" && ugly.Match(content) {
			t.Errorf("%s:\n%s", filepath.Base(file), content)
		}
	}
	if err := s.unmount(); err != nil {
		t.Error(err)
	}
}

// ugly is what a person must never see.
var ugly = regexp.MustCompile(`goroutine \d|panic|DATA RACE|%!|\.go:\d|<nil>|0x[0-9a-f]{6}`)

func (s *scriptStage) secretIn(content []byte) string {
	i := slices.IndexFunc(s.secrets, func(secret string) bool { return bytes.Contains(content, []byte(secret)) })
	if i < 0 {
		return ""
	}
	return s.secrets[i]
}

// doSecrets is `! secrets FILE…`: no token, password or variable of the stand-in is in
// the files. Without !, one is in each.
func doSecrets(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts)
	for _, file := range args {
		content, err := plain(ts.MkAbs(file))
		ts.Check(err)
		if found := s.secretIn(content); (found == "") != neg {
			ts.Fatalf("%s: secret %q of %d", file, found, len(s.secrets))
		}
	}
}

// doWithin is `within TIME PROGRAM ARG…`: like exec, and it must not take longer.
func doWithin(ts *testscript.TestScript, _ bool, args []string) {
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	began := time.Now()
	ts.Check(ts.Exec(args[1], args[2:]...))
	if took := time.Since(began); took > limit {
		ts.Fatalf("it took %v", took)
	}
}
