package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// replaceSection puts text between the two lines of a Markdown file that name the section.
func replaceSection(path, section, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	begin, end := sectionMarks(section)
	before, rest, found := bytes.Cut(old, []byte(begin))
	_, after, closed := bytes.Cut(rest, []byte(end))
	if !found || !closed {
		return fmt.Errorf("%s has no lines %q and %q to write between", path, begin, end)
	}
	return os.WriteFile(path, fmt.Appendf(nil, "%s%s\n\n%s\n%s%s", before, begin, strings.TrimSpace(text)+"\n", end, after), 0o644)
}

func sectionMarks(section string) (begin, end string) {
	return "<!-- bench: " + section + " -->", "<!-- bench: end of " + section + " -->"
}

// circumstances are without what the figures mean nothing.
func circumstances(command string) string {
	return fmt.Sprintf("`%s`, %s, %s/%s, %d cores (%s), %s%s, %s\n", command, runtime.Version(), runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), processor(), kernel(), mitmdumpVersion(), time.Now().UTC().Format(time.DateOnly))
}

var modelName = regexp.MustCompile(`(?m)^model name\s*: (.*)$`)

func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	if m := modelName.FindSubmatch(text); m != nil {
		return string(m[1])
	}
	return "unknown processor"
}

func kernel() string {
	out, _ := exec.Command("uname", "-sr").Output()
	return strings.TrimSpace(string(out))
}

// mitmdumpVersion is empty where there is none.
func mitmdumpVersion() string {
	out, _ := exec.Command("mitmdump", "--version").Output()
	if _, version, ok := strings.Cut(string(out), "Mitmproxy: "); ok {
		return ", mitmdump " + strings.Fields(version)[0]
	}
	return ""
}

// commandLine is what to type to have this run again.
func commandLine(args []string) string {
	line := "go run ./bench"
	for _, a := range args {
		if strings.ContainsAny(a, " ()[]|*?^$\\;&") {
			a = "'" + a + "'"
		}
		line += " " + a
	}
	return line
}
