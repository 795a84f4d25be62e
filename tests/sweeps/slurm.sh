#!/usr/bin/env bash
# A real Slurm of one node for tests: slurm.sh up|down|status|restart-slurmd|pid-of-slurmd DIR
#
# All of its state lies in DIR, which must be a short path. It has a key, a socket and ports of its own, so that two
# of them do not meet, and needs no systemd and no control groups. It ends the processes that it started with what
# they started, and no others. Needs root, slurmctld, slurmd and munged (Debian: slurm-wlm, munge).
set -euo pipefail

usage="usage: slurm.sh up|down|status|restart-slurmd|pid-of-slurmd DIR"
dir=$(realpath -m -- "${2:?"$usage"}")
export SLURM_CONF=$dir/slurm.conf
export PATH=$PATH:/usr/sbin:/sbin
node=bioxen1

fail() { echo "slurm.sh: $*" >&2; exit 1; }

# A port on loopback to which nobody listens.
free_port() {
  local port
  for _ in $(seq 100); do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
  fail "no free port"
}

# The process of a program that was started here, if it still runs. Its words name the folder, so that a number which
# somebody else has got since is left alone; a process that has ended and waits for its parent has no words.
running() {
  local pid
  pid=$(cat "$dir/$1.pid" 2>/dev/null) || return 1
  { tr '\0' ' ' < "/proc/$pid/cmdline" | grep -qF -- "$dir/"; } 2>/dev/null && echo "$pid"
}

end() {
  local pid
  if pid=$(running "$1"); then
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do running "$1" >/dev/null || break; sleep 0.1; done
    ! running "$1" >/dev/null || kill -9 "$pid" 2>/dev/null || true
  fi
  rm -f "$dir/$1.pid"
}

# Ends the steps of jobs, which outlive slurmd: what is in the session of a slurmstepd of this configuration.
end_steps() {
  local file pid session
  for file in /proc/[0-9]*/comm; do
    pid=${file#/proc/}
    pid=${pid%/comm}
    [ "$(cat "$file" 2>/dev/null)" = slurmstepd ] || continue
    { tr '\0' '\n' < "/proc/$pid/environ" | grep -qxF "SLURM_CONF=$SLURM_CONF"; } 2>/dev/null || continue
    session=$(ps -o sid= -p "$pid" | tr -d " ") || continue
    ps -o pid= -s "$session" | xargs --no-run-if-empty kill -9 2>/dev/null || true
  done
}

down() {
  end slurmd
  end slurmctld
  end_steps
  end munged
}

status() {
  local program all=0
  for program in munged slurmctld slurmd; do
    if running "$program" >/dev/null; then echo "$program runs: $(running "$program")"; else echo "$program does not run"; all=1; fi
  done
  [ "$all" = 0 ] || return 1
  sinfo
  squeue
}

start_slurmd() {
  local port
  port=$(sed -n 's/^NodeName=.* Port=\([0-9]*\) .*/\1/p' "$SLURM_CONF")
  slurmd -N "$node" -f "$SLURM_CONF"
  # Only a machine where something is wrong takes so long.
  for _ in $(seq 3000); do
    # A star after the state is a node that does not answer.
    case "$(sinfo --noheader --format=%T 2>/dev/null || true)" in
      idle|mixed|allocated) if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi ;;
      down*|drain*) scontrol update "nodename=$node" state=resume 2>/dev/null || true ;;
    esac
    sleep 0.1
  done
  tail -n 5 "$dir"/*.log >&2
  fail "the node does not become idle"
}

up() {
  [ "$(id -u)" = 0 ] || fail "only root can start Slurm"
  local program
  for program in munged slurmctld slurmd; do
    command -v "$program" >/dev/null || fail "$program is missing (Debian: apt-get install slurm-wlm munge)"
  done
  # Sockets have names of at most 107 characters, and slurmd adds a name of its own.
  [ ${#dir} -le 50 ] || fail "\`$dir\` is too long for sockets: take a path of at most 50 characters"
  for program in munged slurmctld slurmd; do
    ! running "$program" >/dev/null || fail "\`$dir\` has a Slurm that runs: slurm.sh down $dir"
  done
  # What starts is ended if the rest does not.
  trap down EXIT
  rm -rf "$dir"/{state,spool,munge}
  mkdir -p "$dir"/{state,spool,munge}
  chmod 755 "$dir"
  chmod 700 "$dir/munge"
  dd if=/dev/urandom of="$dir/munge/key" bs=1024 count=1 status=none
  chmod 400 "$dir/munge/key"
  munged --force --key-file="$dir/munge/key" --socket="$dir/munge.socket" --pid-file="$dir/munged.pid" \
    --log-file="$dir/munge/log" --seed-file="$dir/munge/seed"
  local host control worker
  host=$(hostname -s)
  control=$(free_port)
  worker=$control
  while [ "$worker" = "$control" ]; do worker=$(free_port); done
  cat > "$SLURM_CONF" <<CONF
ClusterName=bioxen
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$control
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
SlurmdTimeout=60
MinJobAge=600
KillWait=2
NodeName=$node NodeHostname=$host NodeAddr=127.0.0.1 Port=$worker CPUs=$(nproc) RealMemory=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo) State=UNKNOWN
PartitionName=main Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF
  slurmctld -f "$SLURM_CONF"
  start_slurmd
  trap - EXIT
}

case "$1" in
  up) up ;;
  down) down ;;
  status) status ;;
  restart-slurmd) end slurmd; start_slurmd ;;
  pid-of-slurmd) running slurmd || fail "slurmd does not run" ;;
  *) fail "$usage" ;;
esac
