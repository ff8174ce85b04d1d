package main

import (
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/urfave/cli/v2"
)

func listenFlag() cli.Flag {
	return &cli.StringFlag{
		Name:    "listen",
		Usage:   "`ADDR` to listen on, host:port; port 0 takes any free one",
		Value:   "127.0.0.1:8090",
		EnvVars: []string{"PROXY_LISTEN"},
	}
}

func allowRemoteFlag() cli.Flag {
	return &cli.BoolFlag{
		Name:    "allow-remote",
		Usage:   "let --listen name an address that other machines reach; nobody is asked for a password, and only the upstream and hosts of --intercept are served",
		EnvVars: []string{"PROXY_ALLOW_REMOTE"},
	}
}

// listen listens on address, which only this machine may reach unless remote is set. A
// name is looked up once, so that what was checked is what is listened on.
func listen(address string, remote bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, usagef("--listen: %q is not host:port", address)
	}
	at, err := net.ResolveTCPAddr("tcp", address)
	if addr, ok := errors.AsType[*net.AddrError](err); ok && addr.Err == "invalid port" {
		return nil, usagef("--listen: the port of %q is not one from 0 to 65535", address)
	}
	if err == nil && !remote && !at.IP.IsLoopback() {
		where := address
		if host != "" && net.ParseIP(host) == nil {
			where += ", which is " + at.IP.String() + ","
		}
		return nil, usagef("--listen: %s can be reached from other machines; add --allow-remote if they shall use it", where)
	}
	var ln *net.TCPListener
	if err == nil {
		ln, err = net.ListenTCP("tcp", at)
	}
	if err == nil {
		return ln, nil
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
		if sys, ok := errors.AsType[*os.SyscallError](err); ok {
			err = sys.Err
		}
	}
	return nil, fmt.Errorf("listen on %s: %w (choose another with --listen; port 0 takes any free one)", address, err)
}

// sayListening says where, and what it means if that is beyond this machine.
func (p *process) sayListening(ln net.Listener) {
	p.say("listening on %s", ln.Addr())
	if host, _, _ := net.SplitHostPort(ln.Addr().String()); !isLoopback(host) {
		p.log.Warn("other machines can use it, and are asked for no password; --listen 127.0.0.1:8090 keeps it here")
	}
}

// reachable is an address that a client can use: of all addresses, this machine's own.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil || !net.ParseIP(host).IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("127.0.0.1", port)
}
