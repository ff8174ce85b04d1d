package main

import (
	"io"
	"net"
)

// spliceRole copies bytes both ways and reads none of them: the least that a
// proxy in user space can do.
func spliceRole(s setup, d *driver) error {
	ln, err := listen()
	if err != nil {
		return err
	}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go splice(c, s.Upstream)
		}
	}()
	return d.listening(ln.Addr().String())
}

func splice(client net.Conn, address string) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		copyBytes(server, client)
		server.(*net.TCPConn).CloseWrite()
	}()
	copyBytes(client, server)
}

// copyBytes copies with read and write. Without the struct around it, io.Copy would have the kernel
// splice on Linux, and nothing would pass the process.
func copyBytes(to, from net.Conn) { io.Copy(struct{ io.Writer }{to}, struct{ io.Reader }{from}) }
