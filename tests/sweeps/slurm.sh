#!/usr/bin/env bash
# A real Slurm of one node for tests: slurm.sh up|down|restart-slurmd|pid-of-slurmd DIR
#
# All of its state lies in DIR, which must be a short path. It has a key, a socket and ports of its own, so that two
# of them do not meet, and needs no systemd and no control groups. It ends the processes that it started, and no
# others. Needs root, slurmctld, slurmd and munged (Debian: slurm-wlm, munge).
set -euo pipefail

dir=${2:?"usage: slurm.sh up|down|restart-slurmd|pid-of-slurmd DIR"}
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

# Ends the process whose number is in a file, if it is still the program that was started.
end() {
  local file=$dir/$1.pid name=$2 pid
  [ -s "$file" ] || return 0
  pid=$(cat "$file")
  if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$name" ]; then
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
  fi
  rm -f "$file"
}

start_slurmd() {
  slurmd -N "$node" -f "$SLURM_CONF"
  for _ in $(seq 600); do
    case "$(sinfo --noheader --format=%T 2>/dev/null || true)" in
      idle*|mixed*|allocated*) return ;;
      down*|drain*) scontrol update "nodename=$node" state=resume 2>/dev/null || true ;;
    esac
    sleep 0.1
  done
  tail -5 "$dir"/*.log >&2
  fail "the node does not become idle"
}

up() {
  [ "$(id -u)" = 0 ] || fail "only root can start Slurm"
  local program
  for program in munged slurmctld slurmd; do
    command -v "$program" >/dev/null || fail "$program is missing (Debian: apt-get install slurm-wlm munge)"
  done
  mkdir -p "$dir"/{state,spool,munge}
  chmod 755 "$dir"
  chmod 700 "$dir/munge"
  dd if=/dev/urandom of="$dir/munge/key" bs=1024 count=1 status=none
  chmod 400 "$dir/munge/key"
  munged --force --key-file="$dir/munge/key" --socket="$dir/munge.socket" --pid-file="$dir/munged.pid" \
    --log-file="$dir/munge/log" --seed-file="$dir/munge/seed"
  local host
  host=$(hostname -s)
  cat > "$SLURM_CONF" <<CONF
ClusterName=bioxen
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
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
SlurmdTimeout=300
MinJobAge=600
KillWait=2
NodeName=$node NodeHostname=$host NodeAddr=127.0.0.1 Port=$(free_port) CPUs=$(nproc) RealMemory=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo) State=UNKNOWN
PartitionName=main Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF
  slurmctld -f "$SLURM_CONF"
  start_slurmd
}

case "${1:-}" in
  up) up ;;
  down) end slurmd slurmd; end slurmctld slurmctld; end munged munged ;;
  restart-slurmd) rm -f "$dir/slurmd.pid"; start_slurmd ;;
  pid-of-slurmd) cat "$dir/slurmd.pid" ;;
  *) fail "usage: slurm.sh up|down|restart-slurmd|pid-of-slurmd DIR" ;;
esac
