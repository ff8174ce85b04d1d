package redact

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// payloadsIn are the job payloads in a text file of exchanges.
func payloadsIn(t *testing.T, path string) (all [][]byte) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; ; {
		i := strings.Index(string(text[at:]), "\n{")
		if i < 0 {
			return all
		}
		at += i + 1
		if n := firstValue(text[at:]); n > 0 && strings.Contains(string(text[at:at+n]), `"job_info"`) {
			all = append(all, text[at:at+n])
		}
	}
}

// What a runner has to understand in a replay, and what is said openly, stays in payloads of all
// generations.
func TestPayloadsStay(t *testing.T) {
	fixtures, _ := filepath.Glob("../fixtures/runner-*.txtar")
	samples, _ := filepath.Glob("../decode/testdata/request_job/*.txtar")
	payloads := 0
	for _, path := range append(fixtures, samples...) {
		for _, body := range payloadsIn(t, path) {
			payloads++
			r := New(testKey)
			r.LearnJSON(body)
			var before, after map[string]any
			if json.Unmarshal(body, &before) != nil {
				continue // a sample of what is no payload
			}
			redacted := r.redactJSON([]byte(string(body)), firstValue(body))
			if err := json.Unmarshal(redacted, &after); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			sameJob(t, filepath.Base(path), before, after)
		}
	}
	if payloads < 20 {
		t.Errorf("%d payloads", payloads)
	}
}

func sameJob(t *testing.T, name string, before, after map[string]any) {
	t.Helper()
	for _, key := range []string{"id", "job_info", "runner_info", "steps", "hooks", "image", "artifacts", "cache", "features", "policy_options", "suspend_options"} {
		if !reflect.DeepEqual(before[key], after[key]) {
			t.Errorf("%s: %s %v became %v", name, key, before[key], after[key])
		}
	}
	one, _ := before["git_info"].(map[string]any)
	two, _ := after["git_info"].(map[string]any)
	for _, key := range []string{"ref", "sha", "before_sha", "ref_type", "refspecs", "depth"} {
		if !reflect.DeepEqual(one[key], two[key]) {
			t.Errorf("%s: git_info %v became %v", name, one, two)
		}
	}
	vars, _ := before["variables"].([]any)
	now, _ := after["variables"].([]any)
	for i, v := range vars {
		was, _ := v.(map[string]any)
		is, _ := now[i].(map[string]any)
		if was["public"] == true && was["masked"] == false || settings.MatchString(fmt.Sprint(was["key"])) {
			if !reflect.DeepEqual(was, is) {
				t.Errorf("%s: variable %v became %v", name, was, is)
			}
		}
	}
}
