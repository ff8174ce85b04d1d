package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"runnertape/proxy"
)

func (p *process) caCommand() *cli.Command {
	return &cli.Command{
		Name:  "ca",
		Usage: "print the CA's certificate file, and how runners come to trust it",
		Description: "Each upstream has a CA of its own, which may sign for that host and those of --intercept only.\n" +
			"It is made at first use, by record, replay or this command.",
		Flags: []cli.Flag{
			upstreamFlag(), interceptFlag(), caDirFlag(),
			&cli.BoolFlag{Name: "any-host", Usage: "make one that may sign for any host; without --ca-dir it is used for every upstream from then on"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("proxy ca takes no arguments; --upstream names the GitLab whose CA it is")
			}
			ca, err := p.askedCA(c)
			if err != nil {
				return err
			}
			file := ca.File()
			if _, err := fmt.Fprintln(p.stdout, file); err != nil {
				return err
			}
			p.say("it may sign for %s; it ends on %s; its key stays beside it", signsFor(ca), ca.NotAfter().Format(time.DateOnly))
			p.say("in config.toml, under [[runners]]: tls-ca-file = %q", file)
			p.say("to register: gitlab-runner register --tls-ca-file %s, or CI_SERVER_TLS_CA_FILE=%s", file, file)
			p.say("the runner hands it on to git and to its helpers; docker and kubernetes jobs also need HTTPS_PROXY in environment = [...]")
			return nil
		},
	}
}

// askedCA is the CA that the flags of `proxy ca` mean.
func (p *process) askedCA(c *cli.Context) (*proxy.CA, error) {
	if c.Bool("any-host") {
		ca, err := loadCA(c, "", []string{proxy.AnyHost}, nil)
		if err == nil && len(ca.Hosts()) > 0 {
			return nil, tooNarrow(ca, "any host")
		}
		return ca, err
	}
	if c.String("upstream") == "" {
		if len(c.StringSlice("intercept")) > 0 {
			return nil, usagef("proxy ca: --intercept needs --upstream URL beside it")
		}
		ca, err := loadCA(c, "", nil, nil)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usagef("proxy ca needs --upstream URL, the GitLab whose CA it is: there is none for all in %s", caDirOf(c, ""))
		}
		return ca, err
	}
	u, err := proxy.ParseUpstream(c.String("upstream"))
	if err != nil {
		return nil, usagef("--upstream: %v", err)
	}
	hosts, err := signedHosts(u.Host, c.StringSlice("intercept"))
	if err != nil {
		return nil, err
	}
	return loadCA(c, hosts[0], hosts, hosts)
}

// signedHosts are the hosts that a CA for an upstream and what is read beside it must
// be able to sign for, as certificates have them. The upstream's is the first.
func signedHosts(upstream string, intercept []string) ([]string, error) {
	host, err := proxy.ParseHost(upstream)
	if err != nil {
		return nil, usagef("--upstream: %v", err)
	}
	hosts := []string{host}
	for _, name := range intercept {
		if host, err = proxy.ParseHost(name); err != nil {
			return nil, usagef("--intercept: %v", err)
		}
		hosts = append(hosts, host)
	}
	return hosts, nil
}

// loadCA loads the CA of --ca-dir, or else that for the upstream's host. If there is
// none it is made for hosts; it must be one that may sign for those needed. Its path is
// absolute, so that it can be copied to wherever a runner is configured.
func loadCA(c *cli.Context, upstream string, hosts, needed []string) (*proxy.CA, error) {
	if c.IsSet("ca-dir") && c.String("ca-dir") == "" {
		return nil, usagef("--ca-dir: it is empty, not a folder")
	}
	dir, err := filepath.Abs(caDirOf(c, upstream))
	if err != nil {
		return nil, err
	}
	ca, err := proxy.LoadCA(dir, hosts...)
	if err != nil {
		return nil, err
	}
	if missing := slices.DeleteFunc(slices.Clone(needed), ca.Permits); len(missing) > 0 {
		return nil, tooNarrow(ca, strings.Join(missing, ", "))
	}
	return ca, nil
}

func tooNarrow(ca *proxy.CA, missing string) error {
	return fmt.Errorf("the CA in %s may sign for %s only, not for %s (name another --ca-dir, or remove ca.pem and ca-key.pem there: a new one is made, which runners must be told to trust)",
		filepath.Dir(ca.File()), signsFor(ca), missing)
}

// caDirOf is the folder of the CA for an upstream's host. One that may sign for any host is
// for all, and beside the folders of those for one.
func caDirOf(c *cli.Context, upstream string) string {
	if dir := c.String("ca-dir"); dir != "" {
		return dir
	}
	all := configDir()
	if _, err := os.Stat(filepath.Join(all, "ca.pem")); err == nil || upstream == "" {
		return all
	}
	return filepath.Join(all, strings.ReplaceAll(upstream, ":", "-")) // no colon in names of Windows
}

// signsFor is what a CA may sign for, in words.
func signsFor(ca *proxy.CA) string {
	if hosts := ca.Hosts(); len(hosts) > 0 {
		return strings.Join(hosts, ", ")
	}
	return "any host"
}

// sayWide is for a CA that its owner may not have meant to be so.
func (p *process) sayWide(ca *proxy.CA) {
	if len(ca.Hosts()) == 0 {
		p.say("  this CA may sign for any host; remove %s to have one made that may not", ca.File())
	}
}
