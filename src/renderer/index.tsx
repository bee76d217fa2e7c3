/** The page's entry: styles, the shell's connection, the root component. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { connect } from './client/connect.ts'
import './theme.css'
import './app.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
const connection = connect()
createRoot(root).render(
  <StrictMode>
    <App connection={connection} />
  </StrictMode>,
)
