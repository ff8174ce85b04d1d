package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// roleVariable in the environment says which part of the benchmark a process is.
const roleVariable = "RUNNERTAPE_BENCH_ROLE"

// roles are the parts that this program plays when it was started by itself.
var roles = map[string]func(setup, *driver) error{
	"upstream":     upstreamRole,
	"client":       clientRole,
	"splice":       spliceRole,
	"reverseproxy": reverseProxyRole,
	"goproxy":      goproxyRole,
	"handler":      handlerRole,
}

// setup is what a role is told at its start.
type setup struct {
	Upstream string // host:port to dial; "" for the upstream itself
	Secure   bool   // the upstream speaks TLS
	Certs    certs
}

// driver is the process that started this one. It speaks JSON values over stdin and stdout;
// when it is gone, stdin ends, and so does the role.
type driver struct {
	*json.Decoder
	*json.Encoder
}

// playRole is the whole life of a process with a role.
func playRole(name string) int {
	d := &driver{json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)}
	var s setup
	err := d.Decode(&s)
	if err == nil {
		err = roles[name](s, d)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		fmt.Fprintf(os.Stderr, "bench %s: %v\n", name, err)
		return 1
	}
	return 0
}

// listening tells the driver where this role listens, and waits for its end.
func (d *driver) listening(address string) error {
	if err := d.Encode(address); err != nil {
		return err
	}
	return d.Decode(new(any))
}

// child is a process with a role.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *json.Decoder
}

func startRole(name string, s setup) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(cleanEnvironment(), roleVariable+"="+name)
	cmd.Stderr = os.Stderr
	c := &child{cmd: cmd}
	if c.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = json.NewDecoder(out)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return c, json.NewEncoder(c.in).Encode(s)
}

// ask sends a question, unless it is nil, and waits for the answer.
func (c *child) ask(question, answer any) error {
	if question != nil {
		if err := json.NewEncoder(c.in).Encode(question); err != nil {
			return err
		}
	}
	return c.out.Decode(answer)
}

func (c *child) stop() error {
	return errors.Join(c.in.Close(), c.cmd.Wait())
}

// cleanEnvironment is the environment without what would set flags of proxy or lead
// clients elsewhere.
func cleanEnvironment() []string {
	var env []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(strings.ToUpper(entry), "=")
		if !strings.HasPrefix(name, "PROXY_") && !strings.HasSuffix(name, "_PROXY") {
			env = append(env, entry)
		}
	}
	return env
}
